// Messages with the keys of earlier ones are sent by compiled code. It sends what JSON.stringify() or a structured clone would, and runs what
// that would run.
import { inspect, isDeepStrictEqual } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { onlyForkwire } from '../helpers/cases.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { overNodeWire } from '../helpers/node-wire.mjs';

/** More than it takes to learn a shape. */
const MANY = 60;

const usual = (n) => ({ n, text: `text ${n}`, list: [n, { ok: n % 2 === 0, none: null }], last: n / 8 });
const withOwn = (object, key, descriptor) =>
  Object.defineProperty(object, key, { enumerable: true, configurable: true, ...descriptor });

/** A getter that writes down that it runs. */
const getter = (log, name, value) => ({
  get() {
    log.push(name);
    return value;
  },
});

/** The same message whose properties are getters. */
function observed(log, value) {
  if (typeof value !== 'object' || value === null) return value;
  const copy = Array.isArray(value) ? [] : {};
  for (const key of Object.keys(value)) withOwn(copy, key, getter(log, key, observed(log, value[key])));
  return copy;
}

/** A Proxy that writes down what it is asked. */
function traced(log, object) {
  const handler = new Proxy(
    {},
    {
      get: (_, trap) => {
        if (typeof trap !== 'string') return undefined;
        return (...args) => {
          log.push(`${trap} ${typeof args[1] === 'string' ? args[1] : ''}`);
          return Reflect[trap](...args);
        };
      },
    },
  );
  return new Proxy(object, handler);
}

class Instance {
  constructor(object) {
    Object.assign(this, object);
  }
}
class List extends Array {}

const odd = [
  0n,
  undefined,
  () => {},
  Symbol('s'),
  {},
  [],
  new Date(0),
  Object('s'),
  Object(1n),
  { toJSON: (key) => key },
];
const paths = ['n', 'text', 'list', 'last'];

/** Messages that look like the usual one at first. `log` gets what of the program's has run. */
const variants = {
  getters: (n, log) => observed(log, usual(n)),
  ...Object.fromEntries(
    odd.flatMap((value, i) =>
      paths.flatMap((path) => [
        [`odd value ${i} for ${path}`, (n) => ({ ...usual(n), [path]: value })],
        [
          `odd value ${i} of a getter for ${path}`,
          (n, log) => withOwn(observed(log, usual(n)), path, getter(log, path, value)),
        ],
        [
          `odd value ${i} after getters within a list for ${path}`,
          (n, log) => {
            const message = usual(n);
            message.list[1] = observed(log, { ok: value, none: null });
            return withOwn(message, path, getter(log, path, message[path]));
          },
        ],
      ]),
    ),
  ),
  'a getter that changes what follows': (n) => {
    const message = usual(n);
    return withOwn(message, 'n', {
      get() {
        delete message.last;
        message.text = { changed: true };
        message.list[1] = observed([], { ok: 1, more: 2 });
        message.added = true;
        return n;
      },
    });
  },
  'a getter that throws': (n, log) =>
    withOwn(observed(log, usual(n)), 'last', {
      get() {
        throw new RangeError('not now');
      },
    }),
  'a setter without a getter': (n) => withOwn(usual(n), 'text', { set() {} }),
  'another order': (n) => ({ text: `text ${n}`, n, list: [n, { ok: true, none: null }], last: 1 }),
  'one more key': (n) => ({ ...usual(n), more: 1 }),
  'one key less': (n) => ({ n, text: '', list: [n, { ok: true, none: null }] }),
  'a key that is not enumerable': (n) => withOwn(usual(n), 'text', { value: 'x', enumerable: false }),
  'inherited keys': (n) =>
    Object.setPrototypeOf({ n, text: 'x' }, { list: [1, { ok: true, none: null }], last: 1 }),
  'no prototype': (n) => Object.assign(Object.create(null), usual(n)),
  'an instance of a class': (n) => new Instance(usual(n)),
  'an object of a number with the same keys': (n) => Object.assign(new Number(n), usual(n)),
  frozen: (n) => Object.freeze(usual(n)),
  'a symbol key': (n) => ({ ...usual(n), [Symbol('s')]: 1 }),
  'its own toJSON': (n) => withOwn(usual(n), 'toJSON', { value: () => ({ n }), enumerable: false }),
  'a toJSON that is a getter': (n, log) =>
    withOwn(usual(n), 'toJSON', { ...getter(log, 'toJSON'), enumerable: false }),
  'toJSON within': (n) => {
    const message = usual(n);
    withOwn(message.list, 'toJSON', { value: (key) => `list as ${key}`, enumerable: false });
    return message;
  },
  'a hole': (n) => Object.assign(usual(n), { list: [, { ok: true, none: null }] }), // eslint-disable-line no-sparse-arrays
  'a longer list': (n) => Object.assign(usual(n), { list: [1, { ok: true, none: null }, 3] }),
  'a shorter list': (n) => Object.assign(usual(n), { list: [1] }),
  'a list with a property': (n) =>
    Object.assign(usual(n), { list: Object.assign([n, { ok: true, none: null }], { extra: 1 }) }),
  'a list of a class': (n) => Object.assign(usual(n), { list: List.from([n, { ok: true, none: null }]) }),
  'an object like a list': (n) =>
    Object.assign(usual(n), { list: { 0: n, 1: { ok: true, none: null }, length: 2 } }),
  'a Proxy': (n, log) => traced(log, usual(n)),
  'a Proxy of a list': (n, log) =>
    Object.assign(usual(n), { list: traced(log, [n, { ok: true, none: null }]) }),
  'a Proxy within, after getters': (n, log) => {
    const message = observed(log, usual(n));
    const list = [n, traced(log, { ok: true, none: null })];
    return withOwn(message, 'list', getter(log, 'list', list));
  },
  'a revoked Proxy': (n) => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return Object.assign(usual(n), { list: proxy });
  },
  'a message that contains itself': (n) => {
    const message = usual(n);
    message.list[1] = message;
    return message;
  },
};

const numbers = [
  0,
  -0,
  1,
  -1,
  2.5,
  0.1,
  1e21,
  1e-7,
  1e-6,
  123456.789,
  5e-324,
  Number.MAX_VALUE,
  NaN,
  Infinity,
];
numbers.push(
  -Infinity,
  2 ** 53,
  2 ** 60,
  -(2 ** 31),
  2 ** 32,
  1 / 3,
  1e15 + 0.3,
  0.000001234567,
  1.0000005,
  4.35,
  1e20 + 1e5,
);
const strings = [
  '',
  '"',
  '\\',
  '\n\r\t\b\f',
  '\u0000\u001f\u007f',
  '\u2028',
  'é',
  '漢字',
  '😀',
  '\ud83d',
  '\ude00',
  '\ufffd',
  '，',
];
strings.push(
  'x'.repeat(200),
  'é"'.repeat(3000),
  '\ud83d'.repeat(6000),
  'x'.repeat(5000),
  '漢'.repeat(20_000),
  `${'x'.repeat(90_000)}"`,
);

/** The same numbers for the same seed. */
function random(seed) {
  let state = seed + 1;
  return (limit) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % limit;
  };
}

function anyValue(next) {
  const kind = next(8);
  if (kind === 0) return numbers[next(numbers.length)];
  if (kind === 1) return next(1000) / 10 ** next(5);
  if (kind === 2) return (next(1 << 20) - (1 << 19)) * 2 ** (next(200) - 100);
  if (kind === 3) return [true, false, null, null][next(4)];
  return kind < 6 ? strings[next(next(4) === 0 ? strings.length : 14)] : next(1 << 24);
}

const keys = [
  ['n', 'text'],
  ['a', '__proto__', 'b'],
  ['1', '0', 'x'],
  ['é', '\u2028', '"', ''],
  ['constructor', 'length'],
];

function anyMessage(next) {
  const entries = keys[next(keys.length)].map((key) => [key, anyValue(next)]);
  const message = Object.fromEntries(entries);
  if (next(2) === 0) message.list = [anyValue(next), [], {}, [anyValue(next)]];
  return message;
}

const throughJson = (message) => {
  const text = JSON.stringify(message);
  return text === undefined ? undefined : JSON.parse(text);
};
const throughClone = (message) => deserialize(serialize(message));

/** What passing a message through `format` does, after send() has looked whether it is an internal one. */
function passed(make, format) {
  const log = [];
  try {
    const message = make(log);
    void message.cmd;
    return { log, message: format(message) };
  } catch (error) {
    return { log, error: error.constructor };
  }
}

function outcome(child, make) {
  const log = [];
  try {
    child.send(make(log));
    return { log };
  } catch (error) {
    return { log, error: error.constructor };
  }
}

async function check(t, child, makers, format = throughJson) {
  const inbox = new Inbox(child);
  const expected = [];
  for (const [name, make] of makers) {
    const wanted = passed(make, format);
    const { log, error } = outcome(child, make);
    t.deepEqual({ log, error }, { log: wanted.log, error: wanted.error }, name);
    if (wanted.message !== undefined) expected.push([name, wanted.message]);
  }
  const received = await inbox.take(expected.length);
  const wrong = received.findIndex((message, i) => !isDeepStrictEqual(message, expected[i][1]));
  t.is(wrong, -1, `${expected[wrong]?.[0]}: ${inspect(received[wrong])}`);
  child.disconnect();
}

const usualOnes = Array.from({ length: MANY }, (_, n) => ['a usual message', () => usual(n)]);
const unusual = () =>
  Object.entries(variants).flatMap(([name, make], v) =>
    usualOnes.slice(v === 0 ? 0 : MANY - 20).concat([[name, (log) => make(v, log)]]),
  );
/** What json does not show of a message that looks like the usual one. */
const uncommon = () =>
  Object.entries({
    'a date like an object': (n) =>
      Object.setPrototypeOf(Object.assign(new Date(0), usual(n)), Object.prototype),
    'an error like an object': (n) =>
      Object.setPrototypeOf(Object.assign(new Error('x'), usual(n)), Object.prototype),
    'an object twice': (n) => {
      const message = usual(n);
      message.list[0] = message.list[1];
      return message;
    },
    'a Map after a getter': (n, log) =>
      withOwn(withOwn(usual(n), 'n', getter(log, 'n', n)), 'last', { value: new Map([[n, { n }]]) }),
    'NaN after a getter': (n, log) =>
      withOwn(withOwn(usual(n), 'n', getter(log, 'n', n)), 'last', { value: NaN }),
  }).flatMap(([name, make]) => usualOnes.slice(-20).concat([[name, (log) => make(1, log)]]));
const anything = () =>
  Array.from({ length: 4000 }, (_, seed) => [`message ${seed}`, () => anyMessage(random(seed))]);

for (const [title, makers] of [
  ['a message that looks like earlier ones is sent as JSON.stringify() writes it', unusual],
  ['any values are sent as JSON.stringify() writes them', anything],
]) {
  onlyForkwire(title, (t, { fork }) => check(t, fork('echo.cjs'), makers()));
  overNodeWire(`${title}, on Node's wire`, (t, { fork }) => check(t, fork('echo.cjs'), makers()));
}

onlyForkwire('a message that looks like earlier ones arrives as a structured clone would', (t, { fork }) =>
  check(t, fork('echo.cjs', { serialization: 'advanced' }), [...unusual(), ...uncommon()], throughClone),
);
onlyForkwire('any values arrive as a structured clone would', (t, { fork }) =>
  check(t, fork('echo.cjs', { serialization: 'advanced' }), anything(), throughClone),
);

/** Changes of the prototypes that every object has. */
const patches = {
  'a toJSON for all objects': [Object.prototype, 'toJSON', { value: () => ({ replaced: true }) }],
  'a toJSON for all arrays': [Array.prototype, 'toJSON', { value: (key) => `replaced ${key}` }],
  'a property of all objects': [Object.prototype, 'extra', { value: 1, enumerable: true }],
  'a setter for an index of all arrays': [Array.prototype, '0', { set() {}, get: () => 'inherited' }],
};

onlyForkwire(
  'what a program puts on a prototype later has the effect that it has on JSON.stringify()',
  async (t, { fork }) => {
    const child = fork('echo.cjs');
    const inbox = new Inbox(child);
    const expected = [];
    const send = (message) => {
      expected.push(JSON.parse(JSON.stringify(message)));
      child.send(message);
    };
    for (const [prototype, key, descriptor] of Object.values(patches)) {
      for (let n = 0; n < MANY; n++) send(usual(n));
      Object.defineProperty(prototype, key, { configurable: true, ...descriptor });
      try {
        send(usual(-1));
        send(variants['a hole'](-1));
      } finally {
        delete prototype[key];
      }
    }
    const received = await inbox.take(expected.length);
    t.deepEqual(received, expected);
    child.disconnect();
  },
);

onlyForkwire('a getter may send messages of other shapes meanwhile', async (t, { fork }) => {
  const child = fork('echo.cjs');
  const inbox = new Inbox(child);
  const expected = [];
  const send = (message) => {
    child.send(message);
    expected.push(JSON.parse(JSON.stringify(message)));
  };
  for (let n = 0; n < 200; n++) send({ n, text: 'x' });
  let runs = 0;
  const message = {
    get n() {
      runs += 1;
      for (let shape = 0; runs === 1 && shape < 40; shape++)
        for (let n = 0; n < 100; n++) send({ [`key ${shape}`]: n });
      return 'read';
    },
    text: 'outer',
  };
  child.send(message);
  t.is(runs, 1);
  expected.push({ n: 'read', text: 'outer' });
  t.deepEqual(await inbox.take(expected.length), expected);
  child.disconnect();
});

onlyForkwire('messages of more shapes than are remembered arrive as they were sent', async (t, { fork }) => {
  const child = fork('echo.cjs');
  const inbox = new Inbox(child);
  const sent = Array.from({ length: 6000 }, (_, n) => {
    const shape = n < 3000 ? (n >> 3) % 40 : n % 12;
    return { [`key ${shape}`]: n, text: shape % 3 === 0 ? null : 'x', list: new Array(shape % 5).fill(n) };
  });
  for (const message of sent) child.send(message);
  t.deepEqual(await inbox.take(sent.length), sent);
  child.disconnect();
});
