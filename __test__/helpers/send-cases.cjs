/**
 * Invalid calls of `send`, and valid ones that look invalid: each as its arguments, so that
 * parents and children of both implementations make the same calls.
 */
const cycle = {};
cycle.self = cycle;

const callback = () => {};

const messages = {
  'no message': [],
  undefined: [undefined],
  bigint: [1n],
  symbol: [Symbol('s')],
  function: [() => {}, callback],
  class: [class Message {}],
  null: [null],
  NaN: [NaN],
  infinity: [-Infinity],
  zero: [0],
  false: [false],
  'empty string': [''],
  array: [[]],
  date: [new Date(0)],
  boxed: [Object('s')],
};

const unserializable = {
  cycle: [cycle],
  'bigint inside': [{ a: [1n] }],
  'function inside': [{ a: () => 1 }],
  'symbol inside': [{ a: Symbol('s') }],
  'promise inside': [{ a: Promise.resolve() }],
  'weak map inside': [{ a: new WeakMap() }],
  'throwing toJSON': [
    {
      toJSON() {
        throw new RangeError('from toJSON');
      },
    },
  ],
  'throwing getter': [
    {
      get a() {
        throw new RangeError('from a getter');
      },
    },
  ],
};

const handles = {
  'null handle': [1, null],
  'undefined handle': [1, undefined],
  'zero handle': [1, 0],
  'false handle': [1, false],
  'empty string handle': [1, ''],
  'NaN handle': [1, NaN],
  'zero bigint handle': [1, 0n],
  'object handle': [1, {}],
  'true handle': [1, true],
  'number handle': [1, 1],
  'string handle': [1, 'handle'],
  'symbol handle': [1, Symbol('s')],
  'process handle': [1, process],
  'buffer handle': [1, Buffer.from('a')],
  'stream handle': [1, new (require('node:stream').PassThrough)()],
  'handle and undefined message': [undefined, {}],
  'handle and bigint message': [1n, {}],
  'handle and cyclic message': [cycle, {}],
};

const options = {
  'undefined options': [1, undefined, undefined],
  'empty options': [1, undefined, {}],
  'null options': [1, undefined, null],
  'true options': [1, undefined, true],
  'false options': [1, undefined, false],
  'string options': [1, undefined, 'options'],
  'number options': [1, undefined, 0],
  'array options': [1, undefined, []],
  'symbol options': [1, undefined, Symbol('s')],
  'date options': [1, undefined, new Date(0)],
  'null options and no message': [undefined, undefined, null],
  'null options and a wrong handle': [1, {}, null],
  'null options after a callback': [1, callback, null],
  'unknown options': [1, undefined, { keepOpen: 'yes', other: 1 }],
};

const callbacks = {
  'callback second': [1, callback],
  'callback third': [1, undefined, callback],
  'callback fourth': [1, undefined, {}, callback],
  'null callback': [1, undefined, undefined, null],
  'string callback': [1, undefined, undefined, 'callback'],
  'object callback': [1, undefined, {}, {}],
  'callback after a callback': [1, callback, callback, callback],
};

/** What each call of `target.send` returns or throws, as plain data. */
function outcomes(target) {
  const calls = { ...messages, ...unserializable, ...handles, ...options, ...callbacks };
  return Object.entries(calls).map(([call, args]) => [call, outcome(() => target.send(...args))]);
}

function outcome(attempt) {
  try {
    return { returned: attempt() };
  } catch (error) {
    const { name, code, message } = error;
    const [first] = error.stack.split('\n');
    return { name, code: code ?? null, message, type: error.constructor.name, first, text: String(error) };
  }
}

module.exports = { outcomes, outcome };
