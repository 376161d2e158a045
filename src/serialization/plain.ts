// Which messages come out of JSON exactly as they come out of a structured clone. These may travel as text, which is
// several times faster.
import { types } from 'node:util';
import {
  ArrayBufferIsView,
  ArrayIsArray,
  ArrayPrototype,
  ArrayPrototypeIncludes,
  ArrayPrototypePush,
  NumberIsFinite,
  ObjectGetOwnPropertyDescriptor,
  ObjectGetPrototypeOf,
  ObjectIs,
  ObjectKeys,
  ObjectPrototype,
  ObjectPrototypeToString,
} from '../platform/primordials.js';

/** The most values to look at. The look must stay cheap beside the clone that it may spare. */
const VALUES = 64;
/** The most objects among them. Each is compared with all before it: a clone keeps two references to one object equal. */
const OBJECTS = 16;
/** The most characters of one string: V8 copies a longer one faster than JSON can escape it. */
const LENGTH = 2048;

const { isProxy } = types;

const seen: object[] = [];
let left = 0;

/**
 * Whether JSON carries `message` without a difference. That is so for plain objects and dense arrays of finite numbers,
 * strings, booleans and null. No object may occur in it twice, have a toJSON or a getter (which JSON would call once
 * more), or be something that cannot be cloned and must fail, such as a Proxy.
 */
export function isPlain(message: unknown): boolean {
  left = VALUES;
  const plain = look(message);
  seen.length = 0;
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
      return value === null || lookInside(value);
    default:
      return false;
  }
}

function lookInside(value: object): boolean {
  // The keys of a view would be all its elements.
  if (isProxy(value) || ArrayBufferIsView(value) || 'toJSON' in value) return false;
  if (seen.length === OBJECTS || ArrayPrototypeIncludes(seen, value)) return false;
  ArrayPrototypePush(seen, value);
  const keys = ObjectKeys(value);
  left -= keys.length;
  if (left < 0) return false;
  const prototype: unknown = ObjectGetPrototypeOf(value);
  const isArray = ArrayIsArray(value);
  if (isArray) {
    // A hole, or a property besides the elements, shows in the number of keys. Both at once do not, but the hole does below.
    if (prototype !== ArrayPrototype || keys.length !== value.length) return false;
  } else if (prototype !== ObjectPrototype || !isOrdinary(value, keys.length)) return false;
  for (let i = 0; i < keys.length; i++) {
    const property = ObjectGetOwnPropertyDescriptor(value, isArray ? i : (keys[i] as string));
    if (property === undefined || property.get !== undefined || property.set !== undefined) return false;
    if (!look(property.value)) return false;
  }
  return true;
}

/**
 * Whether it is what its prototype says. setPrototypeOf() can make an Error, a Map or a Date look like an object literal,
 * and a clone still knows what it is. Of a Map and the like this is asked only if they have no properties of their own.
 */
function isOrdinary(value: object, properties: number): boolean {
  if (ObjectPrototypeToString(value) !== '[object Object]') return false;
  return properties > 0 || !isExotic(value);
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
