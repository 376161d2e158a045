// What the channels use in place of globals and prototype methods, which a program can replace: see captured.ts. Node protects itself in
// the same way (lib/internal/per_context/primordials.js), and the names are Node's: the method `push` of Array.prototype is
// `ArrayPrototypePush(list, item)`.
//
// These names do not cover:
// - `for (const x of list)`, `[...list]` and `const [x] = list` which call Array.prototype[Symbol.iterator]. Use an index.
// - a new element of an array, by its index or by ArrayPrototypePush, for which a program put a setter on a prototype. Node's own
//   code does not survive that either.
// - object literals passed as options or property descriptors, which inherit from Object.prototype. Begin them with
//   `__proto__: null`.
import * as captured from './captured.js';

export const { process, Buffer } = captured;
export const { ArrayBuffer, DataView, Promise, Proxy, Uint8Array, Uint32Array } = captured;
export const { FinalizationRegistry, Int32Array, SharedArrayBuffer, TypeError, WeakRef } = captured;
/** Timers that a program may have faked. */
export const { clearTimeout, setImmediate, setTimeout } = captured;

// Functions of objects.
export const { AtomicsExchange, AtomicsLoad, AtomicsStore, JSONParse, JSONStringify } = captured;
export const { ObjectAssign, ObjectDefineProperty, ObjectGetOwnPropertyDescriptor } = captured;
export const { ObjectGetOwnPropertySymbols, ObjectGetPrototypeOf, ObjectHasOwn, ObjectIs } = captured;
export const { ObjectKeys, ReflectApply, ReflectConstruct, ReflectDefineProperty, ReflectGet } = captured;
export const { ReflectGetOwnPropertyDescriptor, ReflectGetPrototypeOf, ReflectHas, ReflectOwnKeys } =
  captured;
export const { ArrayBufferIsView, ArrayIsArray, ArrayPrototype, ObjectPrototype } = captured;
export const { MathAbs, MathFloor, MathMax, MathMin } = captured;
export const { NumberIsFinite, NumberIsInteger, NumberParseInt } = captured;
export const { BufferAllocUnsafeSlow, BufferByteLength, BufferConcat, BufferFrom } = captured;

type ViewConstructor = new (buffer: ArrayBufferLike, offset: number, length: number) => ArrayBufferView;

/** The kinds of views of an ArrayBuffer, by the names of their constructors. */
export const ViewConstructors = captured.views as unknown as Readonly<
  Record<string, ViewConstructor | undefined>
>;

type Uncurried = <This, Args extends unknown[], Result>(
  method: (this: This, ...args: Args) => Result,
) => (self: This, ...args: Args) => Result;

const { bind, call } = captured;

/** Turns a method into a function whose first argument is `this`. */
export const uncurryThis = ReflectApply(bind, bind, [call]) as Uncurried;

// Methods.
export const ArrayPrototypeIncludes = uncurryThis(captured.includes) as <T>(
  list: readonly T[],
  item: T,
) => boolean;
export const ArrayPrototypeIndexOf = uncurryThis(captured.indexOf) as <T>(
  list: readonly T[],
  item: T,
  from?: number,
) => number;
export const ArrayPrototypeJoin = uncurryThis(captured.join) as (
  list: readonly unknown[],
  separator: string,
) => string;
export const ArrayPrototypePush = uncurryThis(captured.push) as <T>(list: T[], ...items: T[]) => number;
export const ArrayPrototypeSlice = uncurryThis(captured.slice) as <T>(
  list: readonly T[],
  start?: number,
  end?: number,
) => T[];
export const ArrayPrototypeSplice = uncurryThis(captured.splice) as <T>(
  list: T[],
  start: number,
  count?: number,
  ...items: T[]
) => T[];
export const TypedArrayPrototypeSet = uncurryThis(captured.setBytes) as (
  into: Uint8Array,
  from: ArrayLike<number>,
  offset?: number,
) => void;
export const BufferPrototypeToString = uncurryThis(captured.bufferToString) as (
  bytes: Uint8Array,
  encoding?: BufferEncoding,
) => string;
export const StringPrototypeIncludes = uncurryThis(captured.stringIncludes);
export const StringPrototypeSlice = uncurryThis(captured.stringSlice);
export const StringPrototypeStartsWith = uncurryThis(captured.startsWith);
/** The getter of that name, the prototypes' as well. Nothing is called. */
export const ObjectPrototypeLookupGetter = uncurryThis(captured.lookupGetter) as (
  object: object,
  key: PropertyKey,
) => unknown;
export const ObjectPrototypeToString = uncurryThis(captured.objectToString) as (value: unknown) => string;
export const TypedArrayPrototypeSubarray = uncurryThis(captured.subarray) as (
  bytes: Uint8Array,
  start?: number,
  end?: number,
) => Buffer;

// Functions of `process`.
export const nextTick = ReflectApply(bind, captured.nextTickOfProcess, [process]) as <Args extends unknown[]>(
  callback: (...args: Args) => void,
  ...args: Args
) => void;

const hrtime = ReflectApply(bind, captured.hrtimeOfProcess, [process]) as typeof process.hrtime;

/** Milliseconds on a monotonic clock. `performance.now()` uses the same clock, but loads a module. */
export function now(): number {
  const time = hrtime();
  return time[0] * 1e3 + time[1] / 1e6;
}

type Descriptors = Readonly<Record<PropertyKey, PropertyDescriptor>>;

/** Gives a class the methods of Map or Set, on a prototype that no program can reach. */
function sealed<T extends new (...args: never[]) => object>(Own: T, methods: object): T {
  const { prototype } = Own;
  const keys = ReflectOwnKeys(methods);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as PropertyKey;
    if (ObjectHasOwn(prototype, key)) continue;
    const descriptor = (methods as Descriptors)[key];
    ObjectDefineProperty(prototype, key, { __proto__: null, ...descriptor } as PropertyDescriptor);
  }
  captured.ObjectSetPrototypeOf(prototype, null);
  return captured.ObjectFreeze(Own);
}

/** A Map. Iterate with forEach(): its iterators use methods that a program can replace. */
export const SafeMap = sealed(
  class SafeMap<Key, Value> extends captured.Map<Key, Value> {},
  captured.methodsOfMap,
);
export type SafeMap<Key, Value> = Map<Key, Value>;

/** A Set. Iterate with forEach(). */
export const SafeSet = sealed(class SafeSet<Value> extends captured.Set<Value> {}, captured.methodsOfSet);
export type SafeSet<Value> = Set<Value>;

export const SafeWeakMap = sealed(
  class SafeWeakMap<Key extends WeakKey, Value> extends captured.WeakMap<Key, Value> {},
  captured.methodsOfWeakMap,
);
