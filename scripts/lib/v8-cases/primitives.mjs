// Cases of values that are not objects, and of strings used as keys.

const INTEGERS = [0, 1, -1, 63, 64, -64, -65, 2147483647, -2147483648];
const DOUBLES = ['', 1.5, -0, NaN, -Infinity, 2147483648, 4294967295, 5e-324, 1e300];
const BIG_INTS = [0n, 1n, -1n, 2n ** 63n, 2n ** 64n - 1n, -(2n ** 64n), 2n ** 200n];
const LATIN1 = ['', 'plain', 'é\u00ff\u0000', 'x'.repeat(300)];
const TWO_BYTE = ['€', 'a€', 'b', '€', '😀', '€'.repeat(100)];
const SURROGATES = ['\ud800', 'a\udc00b', { '\ud83d': 1 }];
const INDEX_KEYS = { 7: 7, 3000000000: 3, 4294967294: 4, 4294967295: 5, '-1': 6, '07': 8, b: 9 };

export const primitives = [
  ['root-null', 20, 'null as the message', () => null],
  ['root-true', 20, 'a boolean as the message', () => true],
  ['root-number', 20, 'a number as the message', () => 42],
  ['root-string', 20, 'a string as the message', () => 'text'],
  ['oddballs', 20, 'undefined, null and booleans', () => [undefined, null, true, false]],
  ['integers', 20, 'numbers of 32 bits', () => INTEGERS],
  ['doubles', 20, 'other numbers', () => DOUBLES],
  ['double-array', 20, 'an array that V8 keeps as doubles', () => [1.5, 2, 3]],
  ['bigints', 20, 'BigInts of up to 201 bits', () => BIG_INTS],
  ['latin1', 20, 'strings of one byte a character', () => LATIN1],
  ['two-byte', 20, 'strings of two bytes a unit, at odd and even offsets', () => TWO_BYTE],
  ['two-byte-keys', 20, 'keys of two bytes a unit', () => ({ '€': 1, a: '€', é: 2, '€€': 3 })],
  ['surrogates', 20, 'strings with lone surrogates, and such a key', () => SURROGATES],
  ['index-keys', 20, 'keys that are array indices, and some that are not', () => INDEX_KEYS],
];
