// The parts of JavaScript that a channel runs on, taken when forkwire is loaded. Test runners and programs routinely replace
// globals and prototype methods (fake timers, a stubbed JSON.parse, a patched Array.prototype.push), and that must not change
// what a channel does. primordials.ts makes of them what the channels use, once there is a channel. Every program that loads
// forkwire runs this file at its start, so it only takes: it defines no function, and calls next to nothing.

// Globals that a program can replace.
export const { process, Buffer } = globalThis;
export const { ArrayBuffer, DataView, FinalizationRegistry, Int32Array, Map, Promise, Proxy } = globalThis;
export const { Set, SharedArrayBuffer, TypeError, Uint32Array, Uint8Array, WeakMap, WeakRef } = globalThis;
export const { clearTimeout, setImmediate, setTimeout } = globalThis;

/** The kinds of views of an ArrayBuffer, by the names of their constructors. */
export const views = {
  __proto__: null,
  Int8Array,
  Int16Array,
  Int32Array,
  BigInt64Array,
  Uint8Array,
  Uint8ClampedArray,
  Uint16Array,
  Uint32Array,
  BigUint64Array,
  /** Since Node 24. */
  Float16Array: (globalThis as { Float16Array?: unknown }).Float16Array,
  Float32Array,
  Float64Array,
  DataView,
  Buffer,
};

// Functions of objects.
export const { isArray: ArrayIsArray } = Array;
export const { isView: ArrayBufferIsView } = ArrayBuffer;
export const { exchange: AtomicsExchange, load: AtomicsLoad, store: AtomicsStore } = Atomics;
export const {
  allocUnsafeSlow: BufferAllocUnsafeSlow,
  byteLength: BufferByteLength,
  concat: BufferConcat,
  from: BufferFrom,
} = Buffer;
export const { parse: JSONParse, stringify: JSONStringify } = JSON;
export const { abs: MathAbs, floor: MathFloor, max: MathMax, min: MathMin } = Math;
export const { isFinite: NumberIsFinite, isInteger: NumberIsInteger, parseInt: NumberParseInt } = Number;
export const {
  assign: ObjectAssign,
  defineProperty: ObjectDefineProperty,
  freeze: ObjectFreeze,
  getOwnPropertyDescriptor: ObjectGetOwnPropertyDescriptor,
  getOwnPropertyDescriptors: ObjectGetOwnPropertyDescriptors,
  getOwnPropertyNames: ObjectGetOwnPropertyNames,
  getOwnPropertySymbols: ObjectGetOwnPropertySymbols,
  getPrototypeOf: ObjectGetPrototypeOf,
  hasOwn: ObjectHasOwn,
  is: ObjectIs,
  keys: ObjectKeys,
  prototype: ObjectPrototype,
  setPrototypeOf: ObjectSetPrototypeOf,
} = Object;
export const {
  apply: ReflectApply,
  construct: ReflectConstruct,
  defineProperty: ReflectDefineProperty,
  get: ReflectGet,
  getOwnPropertyDescriptor: ReflectGetOwnPropertyDescriptor,
  getPrototypeOf: ReflectGetPrototypeOf,
  has: ReflectHas,
  ownKeys: ReflectOwnKeys,
} = Reflect;

// Methods, as they are: primordials.ts makes functions of them.
export const { prototype: ArrayPrototype } = Array;
export const { includes, indexOf, join, push, slice, splice } = ArrayPrototype;
export const { toString: bufferToString, subarray } = Buffer.prototype;
export const { set: setBytes } = Uint8Array.prototype;
export const { bind, call } = Function.prototype;
export const { toString: objectToString } = ObjectPrototype;
/** TypeScript leaves it out. */
export const { __lookupGetter__: lookupGetter } = ObjectPrototype as unknown as {
  readonly __lookupGetter__: (key: PropertyKey) => unknown;
};
export const { includes: stringIncludes, slice: stringSlice, startsWith } = String.prototype;
export const { hrtime: hrtimeOfProcess, nextTick: nextTickOfProcess } = process;
/** Absent from older releases of Bun and Deno. */
export const { getBuiltinModule } = process as { getBuiltinModule?: (id: string) => unknown };
export const methodsOfMap = ObjectGetOwnPropertyDescriptors(Map.prototype);
export const methodsOfSet = ObjectGetOwnPropertyDescriptors(Set.prototype);
export const methodsOfWeakMap = ObjectGetOwnPropertyDescriptors(WeakMap.prototype);
