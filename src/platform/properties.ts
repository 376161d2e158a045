import { ObjectDefineProperty } from './primordials.js';

/**
 * Defines a writable and configurable property, like an assignment. The descriptor has no prototype, so that a `get` or
 * `writable` on Object.prototype does not count.
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
