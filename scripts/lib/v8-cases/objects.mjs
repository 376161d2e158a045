// Cases of objects, except for buffers and views.
import { Script } from 'node:vm';

const ERRORS = [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError];

const withStack = (error) => Object.assign(error, { stack: 'at test' });

/** With holes at these indices: V8 then writes it as a sparse array. */
function holes(array, ...indices) {
  for (const index of indices) delete array[index];
  return array;
}

class Point {
  constructor() {
    this.x = 1;
  }
  get y() {
    return 2;
  }
}

function lastIndex() {
  const array = [];
  array[4294967294] = 'end';
  return array;
}

function circular() {
  const object = { list: [], map: new Map(), set: new Set() };
  object.self = object;
  object.list.push(object, object.list);
  object.map.set(object, object.map);
  object.set.add(object.set);
  return object;
}

function shared() {
  const [part, buffer] = [{ n: 1 }, Buffer.from('b')];
  return { first: part, second: part, equal: { n: 1 }, buffers: [buffer, buffer] };
}

function errorParts() {
  return [
    withStack(new Error()),
    Object.assign(new Error('no stack'), { stack: undefined }),
    Object.assign(withStack(new Error('')), { code: 'E' }),
    Object.assign(withStack(new Error('named')), { name: 'RangeError' }),
    withStack(new AggregateError([1], 'many')),
  ];
}

function errorCauses() {
  const inner = withStack(new TypeError('b', { cause: { c: 1 } }));
  return [withStack(new Error('a', { cause: inner })), withStack(new Error('u', { cause: undefined }))];
}

function errorSelf() {
  const error = withStack(new Error('self'));
  error.cause = error;
  return [error];
}

/** Any C++ object serves, with this property only. */
function hosts() {
  const host = new Script('1');
  for (const key of Object.keys(host)) delete host[key];
  host.a = { b: 1 };
  return [host, {}, host];
}

function nested(levels) {
  let value = [];
  for (let level = 1; level < levels; level += 1) value = [value];
  return value;
}

function late() {
  const error = withStack(new Error('x', { cause: [1] }));
  const list = holes([1, 2, { b: new Map([[new Set([1]), error]]) }], 1);
  const buffer = new ArrayBuffer(1, { maxByteLength: 2 });
  return { a: list, c: Buffer.from('d'), e: /f/, '€': '€', 5: buffer, cmd: 'NODE_LATE' };
}

const ENTRIES = [
  [1, 'one'],
  ['k', { a: 1 }],
  [undefined, null],
  [NaN, -0],
];
const REG_EXPS = () => [/a+/gi, /€/u, /x/dgimsuy, new RegExp('[a--b]', 'v'), new RegExp('')];
const NAMED_ARRAYS = () => [
  Object.assign([1, 2], { name: 'x' }),
  Object.assign(holes([1, 2, 3], 1), { '-1': 0 }),
];

export const objects = [
  ['object', 20, 'objects in objects', () => ({ a: 1, b: 'two', c: { d: null, e: {} } })],
  ['instance', 20, 'an instance of a class', () => new Point()],
  ['null-prototype', 20, 'an object without a prototype', () => Object.assign(Object.create(null), { a: 1 })],
  ['arrays', 20, 'arrays in arrays', () => [[], [1, [2, ['three']]]]],
  ['holes', 20, 'arrays with holes', () => [holes([1, 2, 3], 1), new Array(5), holes([0, 'x'], 0)]],
  ['sparse', 20, 'an array with its last possible element', lastIndex],
  ['array-properties', 20, 'arrays with properties', NAMED_ARRAYS],
  ['dates', 20, 'dates', () => [new Date(0), new Date(1.7e12), new Date(-1), new Date(NaN)]],
  ['regexps', 20, 'regular expressions with every flag', REG_EXPS],
  ['maps', 20, 'maps', () => [new Map(), new Map(ENTRIES)]],
  ['sets', 20, 'sets', () => [new Set(), new Set([1, 'two', null, new Set([3])])]],
  ['wrappers', 20, 'objects around primitives', () => [true, false, -0, 's€', -5n].map(Object)],
  ['shared', 20, 'objects in several places', shared],
  ['circular', 20, 'objects in themselves', circular],
  ['errors', 20, 'an error of every kind', () => ERRORS.map((Kind) => withStack(new Kind('why')))],
  ['error-parts', 20, 'errors that lack parts, or have more than are sent', errorParts],
  ['error-causes', 20, 'errors with causes', errorCauses],
  ['error-self', 20, 'an error that is its own cause', errorSelf],
  ['host', 20, 'an object of C++ in two places', hosts],
  ['nested', 20, 'arrays 500 levels deep', () => nested(500)],
  ['internal', 20, 'a message of Node itself', () => ({ cmd: 'NODE_TEST', data: [1] })],
  ['internal-late', 20, 'the same with much before its cmd', late],
  ['internal-wide', 20, 'the same with two bytes a unit', () => ({ cmd: '€NODE_WIDE_ENOUGH'.slice(1) })],
];
