// A class that is loaded when it is first used.
import {
  Proxy,
  ReflectConstruct,
  ReflectDefineProperty,
  ReflectGet,
  ReflectGetOwnPropertyDescriptor,
  ReflectGetPrototypeOf,
  ReflectHas,
  ReflectOwnKeys,
  TypeError,
} from './captured.js';

export type Class = new (...args: never[]) => object;

/**
 * Stands for the class that `load` returns: `new`, `extends`, `instanceof` and static members work. Static methods may be called
 * with the stand-in as `this`, so they must not use private static members.
 */
export function lazy(name: string, load: () => Class): Class {
  // The own properties of a bound function are all configurable, so that a proxy may report others in their place.
  const place = nothing.bind(undefined) as unknown as Class;
  ReflectDefineProperty(place, 'name', { __proto__: null, value: name } as PropertyDescriptor);
  const stand: Class = new Proxy(place, {
    apply: () => {
      throw new TypeError(`Class constructor ${name} cannot be invoked without 'new'`);
    },
    construct: (_, args, newTarget) =>
      ReflectConstruct(load(), args, newTarget === stand ? load() : (newTarget as Class)) as object,
    get: (_, key) => ReflectGet(load(), key) as unknown,
    has: (_, key) => ReflectHas(load(), key),
    ownKeys: () => ReflectOwnKeys(load()),
    getPrototypeOf: () => ReflectGetPrototypeOf(load()),
    getOwnPropertyDescriptor: (_, key) => {
      const descriptor = ReflectGetOwnPropertyDescriptor(load(), key);
      return descriptor && { ...descriptor, configurable: true };
    },
  });
  return stand;
}

function nothing(): void {}
