// The parts of JavaScript that a channel runs on, captured once, when forkwire is loaded. Test runners and programs routinely
// replace globals and prototype methods (fake timers, a stubbed JSON.parse, a patched Array.prototype.push), and that must not
// change what a channel does. Node protects itself in the same way (lib/internal/per_context/primordials.js), and the names are
// Node's: the method `push` of Array.prototype is `ArrayPrototypePush(list, item)`.
//
// These names do not cover:
// - `for (const x of list)`, `[...list]` and `const [x] = list` which call Array.prototype[Symbol.iterator]. Use an index.
// - `list[list.length] = x`, which calls a setter that a program put on Object.prototype. Use ArrayPrototypePush.
// - object literals passed as options or property descriptors, which inherit from Object.prototype. Begin them with
//   `__proto__: null`.

/** The global object `process`, which a program can replace. */
export const process: NodeJS.Process = globalThis.process;
/** The global `Buffer`, which a program can replace. Its functions are below. */
export const Buffer: BufferConstructor = globalThis.Buffer;

/** Globals that a program can replace. */
export const { ArrayBuffer, DataView, Promise, Proxy, Uint8Array, Uint32Array } = globalThis;
export const { FinalizationRegistry, Int32Array, SharedArrayBuffer, TypeError, WeakRef } = globalThis;
export const { load: AtomicsLoad, store: AtomicsStore, exchange: AtomicsExchange } = Atomics;

type ViewConstructor = new (buffer: ArrayBufferLike, offset: number, length: number) => ArrayBufferView;

/** The kinds of views of an ArrayBuffer, by the names of their constructors. */
export const ViewConstructors: Readonly<Record<string, ViewConstructor | undefined>> = collectViews();

const { bind, call } = Function.prototype;

type Uncurried = <This, Args extends unknown[], Result>(
  method: (this: This, ...args: Args) => Result,
) => (self: This, ...args: Args) => Result;

/** Turns a method into a function whose first argument is `this`. */
export const uncurryThis = bind.bind(call) as Uncurried;

/** Timers that a program may have faked. */
export const { clearTimeout, setImmediate, setTimeout } = globalThis;

// Functions of objects.
export const { parse: JSONParse, stringify: JSONStringify } = JSON;
export const {
  assign: ObjectAssign,
  defineProperty: ObjectDefineProperty,
  getOwnPropertyDescriptor: ObjectGetOwnPropertyDescriptor,
  getOwnPropertySymbols: ObjectGetOwnPropertySymbols,
  getPrototypeOf: ObjectGetPrototypeOf,
  hasOwn: ObjectHasOwn,
  is: ObjectIs,
  keys: ObjectKeys,
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
export const { prototype: ArrayPrototype } = Array;
export const { prototype: ObjectPrototype } = Object;
export const { isArray: ArrayIsArray } = Array;
export const { isFinite: NumberIsFinite, isInteger: NumberIsInteger, parseInt: NumberParseInt } = Number;
export const { abs: MathAbs, floor: MathFloor, max: MathMax, min: MathMin } = Math;
export const { isView: ArrayBufferIsView } = ArrayBuffer;
export const {
  allocUnsafeSlow: BufferAllocUnsafeSlow,
  byteLength: BufferByteLength,
  concat: BufferConcat,
  from: BufferFrom,
  isBuffer: BufferIsBuffer,
} = Buffer;

// Methods.
export const ArrayPrototypeIncludes = uncurryThis(Array.prototype.includes) as <T>(
  list: readonly T[],
  item: T,
) => boolean;
export const ArrayPrototypeIndexOf = uncurryThis(Array.prototype.indexOf) as <T>(
  list: readonly T[],
  item: T,
  from?: number,
) => number;
export const ArrayPrototypeJoin = uncurryThis(Array.prototype.join) as (
  list: readonly unknown[],
  separator: string,
) => string;
export const ArrayPrototypePush = uncurryThis(Array.prototype.push) as <T>(
  list: T[],
  ...items: T[]
) => number;
export const ArrayPrototypeSlice = uncurryThis(Array.prototype.slice) as <T>(
  list: readonly T[],
  start?: number,
  end?: number,
) => T[];
export const ArrayPrototypeSplice = uncurryThis(Array.prototype.splice) as <T>(
  list: T[],
  start: number,
  count?: number,
  ...items: T[]
) => T[];
export const TypedArrayPrototypeSet = uncurryThis(Uint8Array.prototype.set) as (
  into: Uint8Array,
  from: ArrayLike<number>,
  offset?: number,
) => void;
export const BufferPrototypeToString = uncurryThis(Buffer.prototype.toString) as (
  bytes: Uint8Array,
  encoding?: BufferEncoding,
) => string;
export const StringPrototypeIncludes = uncurryThis(String.prototype.includes);
export const StringPrototypeSlice = uncurryThis(String.prototype.slice);
export const StringPrototypeStartsWith = uncurryThis(String.prototype.startsWith);
export const ObjectPrototypeToString = uncurryThis(Object.prototype.toString) as (value: unknown) => string;
export const TypedArrayPrototypeSubarray = uncurryThis(Buffer.prototype.subarray) as (
  bytes: Uint8Array,
  start?: number,
  end?: number,
) => Buffer;

// Functions of `process`.
export const nextTick = process.nextTick.bind(process) as <Args extends unknown[]>(
  callback: (...args: Args) => void,
  ...args: Args
) => void;

const hrtime = process.hrtime.bind(process);

function collectViews(): typeof ViewConstructors {
  const views = { __proto__: null } as unknown as Record<string, ViewConstructor | undefined>;
  const all = globalThis as unknown as typeof views;
  const signed = ['Int8Array', 'Int16Array', 'Int32Array', 'BigInt64Array'];
  const unsigned = ['Uint8Array', 'Uint8ClampedArray', 'Uint16Array', 'Uint32Array', 'BigUint64Array'];
  // Float16Array exists since Node 24.
  const others = ['Float16Array', 'Float32Array', 'Float64Array', 'DataView', 'Buffer'];
  for (const name of [...signed, ...unsigned, ...others]) views[name] = all[name];
  return views;
}

/** Milliseconds on a monotonic clock. `performance.now()` uses the same clock, but loads a module. */
export function now(): number {
  const time = hrtime();
  return time[0] * 1e3 + time[1] / 1e6;
}

/** Copies the methods of Map or Set to a prototype that no program can reach. */
function sealed<T extends new (...args: never[]) => object>(Own: T, original: object): T {
  const { prototype } = Own;
  for (const key of Reflect.ownKeys(original)) {
    if (Object.hasOwn(prototype, key)) continue;
    const descriptor = Object.getOwnPropertyDescriptor(original, key) as PropertyDescriptor;
    Object.defineProperty(prototype, key, { __proto__: null, ...descriptor } as PropertyDescriptor);
  }
  Object.setPrototypeOf(prototype, null);
  return Object.freeze(Own);
}

/** A Map. Iterate with forEach(): its iterators use methods that a program can replace. */
export const SafeMap = sealed(class SafeMap<Key, Value> extends Map<Key, Value> {}, Map.prototype);
export type SafeMap<Key, Value> = Map<Key, Value>;

/** A Set. Iterate with forEach(). */
export const SafeSet = sealed(class SafeSet<Value> extends Set<Value> {}, Set.prototype);
export type SafeSet<Value> = Set<Value>;

export const SafeWeakMap = sealed(
  class SafeWeakMap<Key extends WeakKey, Value> extends WeakMap<Key, Value> {},
  WeakMap.prototype,
);
