// Which messages come out of JSON exactly as they come out of a structured clone. These may travel as text, which is
// several times faster. Each message of a channel for structured clones is looked at, so what this costs is what such a
// channel is slower than one for json: docs/performance.md has the figures.
import { types } from 'node:util';
import {
  ArrayBufferIsView,
  ArrayIsArray,
  ArrayPrototype,
  ArrayPrototypeIncludes,
  ArrayPrototypePush,
  NumberIsFinite,
  ObjectGetPrototypeOf,
  ObjectHasOwn,
  ObjectIs,
  ObjectKeys,
  ObjectPrototype,
  ObjectPrototypeLookupGetter,
  ObjectPrototypeToString,
} from '../platform/primordials.js';

/** The most values to look at. The look must stay cheap beside the clone that it may spare. */
const VALUES = 64;
/** The most objects among them. Each is compared with all before it: a clone keeps two references to one object equal. */
const OBJECTS = 16;
/** The most characters of one string: V8 copies a longer one faster than JSON can escape it. */
const LENGTH = 2048;

const { isProxy } = types;

/** How many values may still come. */
let left = 0;
// The objects so far. Most messages have one or two, and an array would cost more than comparing them.
let first: object | undefined;
let second: object | undefined;
let further: object[] | undefined;

/**
 * Whether JSON carries `message` without a difference. That is so for plain objects and dense arrays of finite numbers,
 * strings, booleans and null. No object may occur in it twice, have a toJSON or a getter (which JSON would call once
 * more), or be something that cannot be cloned and must fail, such as a Proxy.
 */
export function isPlain(message: unknown): boolean {
  if (typeof message !== 'object' || message === null) return look(message);
  // Not `'toJSON' in value` for each object: that takes several times as long if a program's objects have many shapes.
  if ('toJSON' in ObjectPrototype || 'toJSON' in ArrayPrototype) return false;
  left = VALUES;
  first = message;
  const plain = lookInside(message);
  first = second = further = undefined;
  return plain;
}

function look(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
      return value.length <= LENGTH;
    case 'number':
      return NumberIsFinite(value) && !ObjectIs(value, -0);
    case 'boolean':
      return true;
    case 'object':
      return value === null || (isNew(value) && lookInside(value));
    default:
      return false;
  }
}

function isNew(value: object): boolean {
  if (value === first || value === second) return false;
  if (second === undefined) second = value;
  else if (further === undefined) further = [value];
  else if (further.length === OBJECTS - 2 || ArrayPrototypeIncludes(further, value)) return false;
  else ArrayPrototypePush(further, value);
  return true;
}

/** Nothing of the program's runs in here: no trap of a Proxy, no getter. */
function lookInside(value: object): boolean {
  if (isProxy(value)) return false;
  if (ArrayIsArray(value)) return lookAtElements(value);
  return isOrdinary(value) && lookAtProperties(value);
}

function lookAtElements(value: unknown[]): boolean {
  if (ObjectGetPrototypeOf(value) !== ArrayPrototype || ObjectHasOwn(value, 'toJSON')) return false;
  const { length } = value;
  left -= length;
  // A hole, or a property besides the elements, shows in the number of keys. Both at once do not, but the hole does below.
  if (left < 0 || ObjectKeys(value).length !== length) return false;
  for (let i = 0; i < length; i++) {
    // V8 takes four times as long for the descriptor of an element.
    if (ObjectPrototypeLookupGetter(value, i) !== undefined || !look(value[i])) return false;
  }
  return true;
}

/** A property with a setter only is undefined, and so not plain. */
function lookAtProperties(value: object): boolean {
  const before = left;
  // What a program has put on Object.prototype comes up here as well. Neither JSON nor a clone has it, so it does not matter.
  for (const key in value) {
    left -= 1;
    if (left < 0 || ObjectPrototypeLookupGetter(value, key) !== undefined) return false;
    if (!look((value as Record<string, unknown>)[key])) return false;
  }
  return left < before || !isExotic(value);
}

/**
 * Whether it is an object literal, or like one. setPrototypeOf() can make an Error, a Map or a Date look like that, and a
 * clone still knows what it is. Of a Map and the like this is asked only if they have no properties of their own.
 */
function isOrdinary(value: object): boolean {
  if (ObjectGetPrototypeOf(value) !== ObjectPrototype || ObjectHasOwn(value, 'toJSON')) return false;
  // The keys of a view would be all its elements.
  return !ArrayBufferIsView(value) && ObjectPrototypeToString(value) === '[object Object]';
}

const exotic = [
  types.isMap,
  types.isSet,
  types.isAnyArrayBuffer,
  types.isArrayBufferView,
  types.isPromise,
  types.isWeakMap,
  types.isWeakSet,
  types.isExternal,
  types.isGeneratorObject,
  types.isMapIterator,
  types.isSetIterator,
];

function isExotic(value: object): boolean {
  for (let i = 0; i < exotic.length; i++) if (exotic[i]?.(value) === true) return true;
  return false;
}
