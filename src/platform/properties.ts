import { ObjectDefineProperty } from './primordials.js';

/**
 * Defines a property that can be written and deleted, as an assignment makes it. The descriptor has no prototype: a
 * `get` or `writable` that somebody put on Object.prototype would count otherwise.
 */
export function defineValue(target: object, name: PropertyKey, value: unknown, enumerable = false): void {
  ObjectDefineProperty(target, name, {
    __proto__: null,
    value,
    writable: true,
    enumerable,
    configurable: true,
  } as PropertyDescriptor);
}
