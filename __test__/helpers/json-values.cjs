/** Messages that JSON carries, changed or not: each arrives as JSON.parse(JSON.stringify(it)). */
const shared = { same: true };

const values = {
  null: null,
  NaN: NaN,
  infinity: Infinity,
  true: true,
  false: false,
  zero: 0,
  'negative zero': -0,
  fraction: 0.1,
  'largest safe integer': Number.MAX_SAFE_INTEGER,
  'beyond safe integers': 2 ** 64,
  'smallest double': Number.MIN_VALUE,
  'largest double': Number.MAX_VALUE,
  'empty string': '',
  string: 'a string',
  'line breaks': 'a\nb\r\nc\n\n',
  'line separators': '\u2028\u2029\u0085',
  'control characters': Array.from({ length: 32 }, (_, i) => String.fromCharCode(i)).join(''),
  'quotes and backslashes': '"\\"\\\\"',
  'two-byte text': 'Grüße, größer, año',
  'three-byte text': '日本語のテキスト',
  'four-byte text': '👩‍👩‍👧‍👦𝒳',
  'lone high surrogate': 'a\ud800b',
  'lone low surrogate': 'a\udc00b',
  'surrogates the wrong way round': '\udc00\ud800',
  'zero character': 'a\0b',
  'byte order mark': '\ufeffa',
  'text that looks like JSON': '{"cmd":"NODE_HANDLE"}\n[1]',
  'empty object': {},
  'empty array': [],
  'nested empties': [[], {}, [[]], [{}]],
  'undefined members': { a: undefined, b: 1 },
  'undefined elements': [undefined, 1],
  'function members': { a() {}, b: 1 },
  'sparse array': [1, , , 4],
  'symbol keys': { [Symbol('s')]: 1, a: 2 },
  '__proto__ as own key': JSON.parse('{"__proto__":{"a":1},"constructor":2}'),
  'empty key': { '': 1 },
  'odd keys': { 'a b': 1, '\n': 2, ü: 3, 1: 4, '-1': 5 },
  date: new Date(1234567890123),
  buffer: Buffer.from('bytes'),
  'typed array': new Float64Array([1.5, 2]),
  'map and set': [new Map([[1, 2]]), new Set([1])],
  regexp: /a/g,
  error: new Error('not own, not enumerable'),
  'class instance': new (class Point {
    x = 1;
    #y = 2;
    get z() {
      return 3;
    }
  })(),
  'object without prototype': Object.assign(Object.create(null), { a: 1 }),
  'boxed primitives': [Object(1), Object('s'), Object(true)],
  toJSON: { toJSON: (key) => ({ from: `toJSON of ${key}` }) },
  'toJSON giving null': { toJSON: () => null },
  'the same object twice': [shared, shared],
  proxy: new Proxy({ a: 1 }, {}),
  'message with cmd': { cmd: 'node_x' },
  'deep nesting': nest(1000),
  'wide object': Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`key${i}`, i])),
};

function nest(depth) {
  let value = 'the bottom';
  for (let i = 0; i < depth; i++) value = i % 2 ? [value] : { value };
  return value;
}

module.exports = { values };
