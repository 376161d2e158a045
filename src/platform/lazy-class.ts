// A class that is loaded when it is first used.
import { Proxy, ReflectApply, ReflectDefineProperty, bind } from './captured.js';

export type Class = new (...args: never[]) => object;

/** What the traps of a lazy class have as `this`. */
export interface LazyHandler {
  readonly name: string;
  /** Returns what has the class, under its name. */
  readonly load: () => Readonly<Record<string, unknown>>;
  /** The lazy class. */
  stand: Class | undefined;
}

/**
 * Stands for the class `name` of what `load` returns: `new`, `extends`, `instanceof` and static members work. Static methods may be
 * called with the stand-in as `this`, so they must not use private static members.
 *
 * @param traps those of lazy-traps.ts
 */
export function lazy(name: string, load: LazyHandler['load'], traps: object): Class {
  // The own properties of a bound function are all configurable, so that a proxy may report others in their place.
  const place = ReflectApply(bind, nothing, []) as unknown as Class;
  ReflectDefineProperty(place, 'name', { __proto__: null, value: name } as PropertyDescriptor);
  const handler = { __proto__: traps, name, load, stand: undefined } as LazyHandler;
  return (handler.stand = new Proxy(place, handler as ProxyHandler<Class>));
}

function nothing(): void {}
