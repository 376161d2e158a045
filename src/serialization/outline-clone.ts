// Messages of known shapes on a channel of structured clones, where json has to arrive as the clone would: see plain.ts.
import { NOT_SENT } from '../addon/native.js';
import { ArrayPrototypePush, ObjectDefineProperty, ObjectHasOwn } from '../platform/primordials.js';
import { hasGetters, isObject } from './finish-json.js';
import type { Properties, Reading } from './finish-json.js';
import type { Node, Outline } from './walk.js';

/** Sends a message as if it had no shape. Returns the addon's status. */
export type Resend = (message: object) => number;

/** Objects and arrays of a message. Each is compared with all before it: a clone keeps two references to one object equal. */
const OBJECTS = 8;

/** Whether the keys of an object show what it is. Those of a view are its elements, and a Map of which a program changed the prototype has none. */
export function isOpen({ objects }: Outline, isArray: boolean, keys: readonly PropertyKey[]): boolean {
  return objects.length < OBJECTS && (isArray || (keys.length > 0 && keys[0] !== '0'));
}

/** Adds JavaScript that is true for what json would change. The keys are those of the shape. */
export function addCloneTests(
  tests: string[],
  { objects }: Outline,
  name: string,
  isArray: boolean,
  count: number,
): void {
  // An array may have other properties, which json leaves out. An Error or a Date may have another prototype.
  const other = isArray ? `keysOf(${name}).length !== ${count}` : `tagOf(${name}) !== '[object Object]'`;
  ArrayPrototypePush(tests, other);
  for (let i = 0; i < objects.length; i++) ArrayPrototypePush(tests, `${name} === ${objects[i]}`);
  ArrayPrototypePush(objects, name);
}

/** JavaScript that is true for NaN, the infinities and -0. */
export function valueTest(name: string): string {
  return `typeof ${name} === 'number' && (${name} - ${name} !== 0 || (${name} === 0 && 1 / ${name} < 0))`;
}

/**
 * Returns NOT_SENT if the properties can be read again. If a getter was among them, each of which runs once for a clone, sends a copy with
 * what was read. What refers to the message itself from inside of it refers to the message, not to the copy, so its getters run again for that.
 */
export function finishClone(resend: Resend, root: Node, message: object, read: unknown[]): number {
  if (!hasGetters(root, message, { read, used: 0 })) return NOT_SENT;
  return resend(copyOf(root, message, { read, used: 0 }));
}

/** What was not read yet is read when the clone is made, in its order: an earlier value may be one that cannot be cloned. */
function copyOf({ keys, isArray, children }: Node, object: object, reading: Reading): object {
  const { read } = reading;
  const copy: object = isArray ? [] : {};
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as PropertyKey;
    if (reading.used === read.length) {
      // A getter may have deleted it.
      if (ObjectHasOwn(object, key)) define(copy, key, { get: () => (object as Properties)[key] });
      continue;
    }
    const value = read[reading.used++];
    const child = children[i];
    const inside = child !== undefined && reading.used < read.length && isObject(value);
    define(copy, key, { value: inside ? copyOf(child, value, reading) : value });
  }
  if (isArray) (copy as unknown[]).length = keys.length;
  return copy;
}

function define(object: object, key: PropertyKey, property: PropertyDescriptor): void {
  const descriptor = { __proto__: null, enumerable: true, configurable: true, ...property };
  ObjectDefineProperty(object, key, descriptor as PropertyDescriptor);
}
