/** Messages that 'advanced' carries unchanged. */
const cyclic = { name: 'cyclic', list: [] };
cyclic.self = cyclic;
cyclic.list.push(cyclic, cyclic.list);

const shared = { same: true };
const map = new Map([
  [1, 'one'],
  ['two', { n: 2 }],
  [NaN, undefined],
]);
map.set(map, map);

const sparse = [1, , , 4];
sparse.length = 10;
const withProperties = Object.assign([1, 2], { extra: 'property' });
const sparseWithProperties = Object.assign([1, , 3], { extra: 'property' });
const lastIndexed = /a+/giu;
const bytes = Uint8Array.from({ length: 64 }, (_, i) => i);

const values = {
  null: null,
  true: true,
  false: false,
  integers: [0, 1, -1, 2 ** 30, -(2 ** 31), 2 ** 31, 2 ** 53],
  doubles: [0.1, -0, NaN, Infinity, -Infinity, Number.MIN_VALUE, Number.MAX_VALUE],
  'top-level NaN': NaN,
  'top-level negative zero': -0,
  'empty string': '',
  'latin1 string': 'Grüße',
  'two-byte string': '日本語',
  'odd offset before a two-byte string': ['a', '日', 'ab', '本', 'abc', '語'],
  'astral string': '👩‍👩‍👧‍👦',
  'lone surrogates': ['\ud800', '\udc00', 'a\ud800', '\udc00\ud800'],
  'undefined members': { a: undefined, list: [undefined] },
  bigints: [0n, 1n, -1n, 2n ** 64n, -(2n ** 64n), 2n ** 4096n],
  dates: [new Date(0), new Date(-1), new Date(8.64e15)],
  regexps: [/a/, /b\/c/gimsuy, lastIndexed, new RegExp('')],
  'boxed primitives': [Object(1), Object('s'), Object(false), Object(2n)],
  map: map,
  set: new Set([1, 'a', new Set([2]), NaN]),
  'sparse array': sparse,
  'array with properties': withProperties,
  'sparse array with as many properties as holes': sparseWithProperties,
  'long hole': Object.assign([], { 100000: 'end' }),
  'object keys of all sorts': { '': 0, 1: 1, '-1': 2, 'a b': 3, ü: 4, 日: 5 },
  'the same object twice': [shared, shared],
  cycle: cyclic,
  'array buffer': bytes.buffer.slice(0, 10),
  'empty array buffer': new ArrayBuffer(0),
  Int8Array: new Int8Array([-1, 2]),
  Uint8Array: new Uint8Array([1, 2, 255]),
  Uint8ClampedArray: new Uint8ClampedArray([1, 300]),
  Int16Array: new Int16Array([-1, 2]),
  Uint16Array: new Uint16Array([1, 65535]),
  Int32Array: new Int32Array([-1, 2]),
  Uint32Array: new Uint32Array([1, 2 ** 32 - 1]),
  Float32Array: new Float32Array([1.5, NaN]),
  Float64Array: new Float64Array([1.5, -0]),
  BigInt64Array: new BigInt64Array([-1n, 2n]),
  BigUint64Array: new BigUint64Array([1n, 2n ** 64n - 1n]),
  DataView: new DataView(bytes.buffer.slice(0, 12), 2, 8),
  'empty typed array': new Float64Array(0),
  'view into a larger buffer': bytes.subarray(3, 9),
  'unaligned view after a byte': ['x', new Float64Array([1, 2, 3])],
  Buffer: Buffer.from('bytes'),
  'empty Buffer': Buffer.alloc(0),
  'pooled Buffer': Buffer.from('pooled').subarray(2, 4),
  'buffers in a structure': { a: [Buffer.from('a')], m: new Map([[1, Buffer.from('b')]]) },
  'plain errors': [new Error('e'), new TypeError('t'), new RangeError('r'), new SyntaxError('s')],
  'error with a cause': new Error('outer', { cause: new RangeError('inner') }),
  'object without prototype': Object.assign(Object.create(null), { a: 1 }),
  'message with cmd': { cmd: 'node_x', b: Buffer.from('b') },
  'deep nesting': nest(500),
};

function nest(depth) {
  let value = 'the bottom';
  for (let i = 0; i < depth; i++) value = i % 2 ? [value] : { value };
  return value;
}

/** Values that change on the way, or do so in some versions. They change alike in both implementations. */
const odd = {
  'class instance': () =>
    new (class Point {
      x = 1;
      get z() {
        return 3;
      }
    })(),
  'error of an own class': () =>
    new (class OwnError extends TypeError {
      name = 'OwnError';
      own = 1;
    })('m'),
  'error with a code': () => Object.assign(new Error('coded'), { code: 'ECODE' }),
  'aggregate error': () => new AggregateError([new Error('a')], 'all'),
  'subclass of Uint8Array': () => new (class Bytes extends Uint8Array {})([1, 2]),
  'subclass of Map': () => new (class Registry extends Map {})([[1, 2]]),
  'subclass of Array': () => class List extends Array {}.of(1, 2),
  'raw JSON': () => (JSON.rawJSON ? JSON.rawJSON('5') : 'none here'),
  Float16Array: () => (globalThis.Float16Array ? new Float16Array([1.5]) : 'none here'),
  'shared array buffer': () => new SharedArrayBuffer(8),
  'view of a shared array buffer': () => new Uint8Array(new SharedArrayBuffer(8)),
  'resizable array buffer': () => new ArrayBuffer(8, { maxByteLength: 16 }),
  'length-tracking view': () => new Uint8Array(new ArrayBuffer(8, { maxByteLength: 16 })),
  proxy: () => new Proxy({ a: 1 }, {}),
  arguments: () =>
    (function () {
      return arguments;
    })(1, 2),
  getter: () => ({
    get a() {
      return 1;
    },
  }),
  toJSON: () => ({ toJSON: () => 'not called', a: 1 }),
  URL: () => new URL('http://localhost/path'),
  Blob: () => new Blob(['text']),
  'message port': () => {
    const { port1 } = new MessageChannel();
    port1.close();
    return port1;
  },
  'abort signal': () => new AbortController().signal,
  'secret key': () => require('node:crypto').createSecretKey(Buffer.from('key')),
  symbol: () => ({ a: Symbol('s') }),
  function: () => ({ a: function named() {} }),
  'weak set': () => [new WeakSet()],
  generator: () => (function* () {})(),
};

module.exports = { values, odd };
