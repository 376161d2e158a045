// Messages that turned out to have another shape after some of their properties were read.
import type { NativeFunctions } from '../addon/native.js';
import { NOT_SENT } from '../addon/native.js';
import {
  ArrayPrototypeJoin,
  ArrayPrototypePush,
  JSONStringify,
  ObjectPrototypeLookupGetter,
  StringPrototypeSlice,
} from '../platform/primordials.js';
import type { Node } from './walk.js';

export type Properties = Record<PropertyKey, unknown>;

/** What was read, in its order, and how many of it have been used again. */
export interface Reading {
  readonly read: readonly unknown[];
  used: number;
}

/**
 * Returns NOT_SENT if the properties can be read again. If a getter was among them, each of which runs once for JSON.stringify(), sends the
 * message with what was read.
 */
export function finish(functions: NativeFunctions, root: Node, message: object, read: unknown[]): number {
  if (!hasGetters(root, message, { read, used: 0 })) return NOT_SENT;
  return functions.sendText(textOf(root, message, { read, used: 0 }));
}

export function hasGetters({ keys, children }: Node, object: object, reading: Reading): boolean {
  for (let i = 0; i < keys.length && reading.used < reading.read.length; i++) {
    if (ObjectPrototypeLookupGetter(object, keys[i] as PropertyKey) !== undefined) return true;
    const value = reading.read[reading.used++];
    const child = children[i];
    if (child !== undefined && isObject(value) && hasGetters(child, value, reading)) return true;
  }
  return false;
}

/** Goes on as JSON.stringify() would. The keys were those of the shape when the first of them was read. */
function textOf({ keys, isArray, children }: Node, object: object, reading: Reading): string {
  const { read } = reading;
  const members: string[] = [];
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as PropertyKey;
    const value = reading.used < read.length ? read[reading.used++] : (object as Properties)[key];
    const child = children[i];
    const name = isArray ? '' : `${JSONStringify(key)}:`;
    const inside = child !== undefined && reading.used < read.length && isObject(value);
    const text = inside ? textOf(child, value, reading) : memberText(key, value);
    if (text !== '') ArrayPrototypePush(members, name + text);
    else if (isArray) ArrayPrototypePush(members, 'null');
  }
  const list = ArrayPrototypeJoin(members, ',');
  return isArray ? `[${list}]` : `{${list}}`;
}

/** Empty if json leaves it out. */
function memberText(key: PropertyKey, value: unknown): string {
  const text = JSONStringify({ __proto__: null, [key]: value });
  if (text === '{}') return '';
  const name = JSONStringify(typeof key === 'number' ? `${key}` : key);
  return StringPrototypeSlice(text, name.length + 2, -1);
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
