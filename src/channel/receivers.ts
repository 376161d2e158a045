// Methods that check their `this`. Without it, a method that was taken out of its object throws an error without a code, about a
// private field.
import { invalidReceiver } from '../errors.js';
import {
  ObjectDefineProperty,
  ObjectGetOwnPropertyDescriptor,
  ReflectApply,
  ReflectOwnKeys,
} from '../platform/primordials.js';

type Method = (this: unknown, ...all: unknown[]) => unknown;

/** Node 20 has the symbol; other runtimes may not. */
const { dispose: DISPOSE } = globalThis.Symbol as { dispose?: symbol };

/**
 * From now on the methods and accessors of a class throw ERR_INVALID_THIS for anything else than its instances.
 *
 * @param type the name of the class
 * @param isOne whether an object is an instance
 * @param keys which ones: by default all with a name, and Symbol.dispose
 */
export function checkReceivers(
  prototype: object,
  type: string,
  isOne: (thing: object) => boolean,
  keys: readonly PropertyKey[] = ReflectOwnKeys(prototype),
): void {
  const checked = (name: string, method: Method | undefined): Method | undefined => {
    if (method === undefined) return undefined;
    const holder = {
      [name](this: unknown, ...all: unknown[]): unknown {
        if (typeof this !== 'object' || this === null || !isOne(this)) throw invalidReceiver(type);
        return ReflectApply(method, this, all);
      },
    };
    ObjectDefineProperty(holder[name] as Method, 'length', {
      __proto__: null,
      value: method.length,
    } as object);
    return holder[name];
  };
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as PropertyKey;
    if (key === 'constructor' || (typeof key === 'symbol' && key !== DISPOSE)) continue;
    const { value, get, set, enumerable } = ObjectGetOwnPropertyDescriptor(
      prototype,
      key,
    ) as PropertyDescriptor;
    const changed =
      get === undefined
        ? { value: checked((value as Method).name, value as Method), writable: true }
        : { get: checked(get.name, get), set: checked(set?.name ?? '', set) };
    const descriptor: object = { __proto__: null, enumerable, configurable: true, ...changed };
    ObjectDefineProperty(prototype, key, descriptor);
  }
}
