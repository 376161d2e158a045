/** What programs, test runners and polyfills do to their globals. */
const refuse = () => {
  throw new Error('patched');
};
const { prototype: prototypeOfObjects } = Object;
const all = (object, names, value) => {
  for (const name of names) object[name] = value;
};
const getters = [
  'getPrototypeOf',
  'getOwnPropertyNames',
  'getOwnPropertyDescriptor',
  'getOwnPropertySymbols',
];
const onObjects = (names, value) => () => {
  for (const name of names) {
    const descriptor = { __proto__: null, value, configurable: true, writable: true, enumerable: true };
    Reflect.defineProperty(prototypeOfObjects, name, descriptor);
  }
};

exports.patches = {
  'JSON.parse': () => (JSON.parse = () => 'patched'),
  'JSON.stringify': () => (JSON.stringify = () => 'patched'),
  'JSON.stringify with line breaks': () => {
    const { stringify } = JSON;
    JSON.stringify = (value, replacer) => stringify(value, replacer, 2);
  },
  timers: () => all(globalThis, ['setTimeout', 'setImmediate', 'queueMicrotask'], () => ({})),
  clocks: () => all(performance, ['now'], () => 0),
  Promise: () => (globalThis.Promise = refuse),
  process: () => (globalThis.process = new Proxy({}, {})),
  performance: () => (globalThis.performance = undefined),
  Buffer: () => (globalThis.Buffer = undefined),
  'functions of Buffer': () => all(Buffer, ['from', 'alloc', 'concat', 'isBuffer'], refuse),
  'typed arrays': () =>
    all(globalThis, ['Uint8Array', 'Uint32Array', 'DataView', 'structuredClone'], undefined),
  'methods of arrays': () =>
    all(Array.prototype, ['push', 'map', 'slice', 'includes', 'indexOf', 'some'], refuse),
  'methods of maps': () => {
    all(Map.prototype, ['get', 'set', 'has', 'delete', 'forEach'], refuse);
    all(Set.prototype, ['add', 'has', 'delete', 'forEach'], refuse);
    all(WeakMap.prototype, ['get', 'set', 'has', 'delete'], refuse);
  },
  collections: () =>
    all(globalThis, ['Map', 'Set', 'WeakMap', 'WeakSet', 'WeakRef', 'FinalizationRegistry'], refuse),
  'functions of Object': () => all(Object, ['assign', 'keys', 'entries', 'is', 'hasOwn', ...getters], refuse),
  'properties of Object.prototype': onObjects(
    ['wire', 'driver', 'fd', 'kind', 'keepOpen', 'length', 'note'],
    1,
  ),
  'get of Object.prototype': onObjects(['get'], () => 1),
  'set of Object.prototype': onObjects(['set'], () => {}),
  'value of Object.prototype': onObjects(['value'], 1),
  'frozen prototypes': () =>
    [Object, Array, Function, Error].forEach(({ prototype }) => Object.freeze(prototype)),
  'the module loader': () => (require('node:module')._load = refuse),
  'the file system': () =>
    all(require('node:fs'), ['readFileSync', 'statSync', 'existsSync', 'writeSync'], refuse),
};

/** The built-in channel calls them too, so that only forkwire is held to them. */
exports.harder = {
  'process.nextTick': () => (process.nextTick = () => {}),
  'the compiler of scripts': () => all(require('node:vm'), ['Script'], refuse),
  "options of the compiler's on Object.prototype": onObjects(
    ['lineOffset', 'cachedData', 'produceCachedData', 'importModuleDynamically'],
    'patched',
  ),
  'the iterator of arrays': () => all(Array.prototype, [Symbol.iterator], function* none() {}),
};
