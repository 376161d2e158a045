// Which messages come out of JSON exactly as out of a structured clone: these may travel as text, which is several
// times faster.
import { types } from 'node:util';

/** Values looked at before giving up: the look must stay cheap beside the clone that it may spare. */
const VALUES = 64;
/** Objects among them; each is compared with all before it, since a clone keeps two references to one object alike. */
const OBJECTS = 16;
/** Characters of one string: V8 copies a longer one faster than JSON can escape it. */
const LENGTH = 2048;

const seen: object[] = [];
let left = 0;

/**
 * Whether JSON carries `message` without a difference: plain objects and dense arrays of finite numbers, strings,
 * booleans and null, no object in it twice, no toJSON, and nothing that cannot be cloned, and must fail (a Proxy, an
 * arguments object).
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
      return Number.isFinite(value) && !Object.is(value, -0);
    case 'boolean':
      return true;
    case 'object':
      return value === null || lookInside(value);
    default:
      return false;
  }
}

/** What JSON.rawJSON() makes, since Node 21: it cannot be cloned. */
function isRaw(value: object): boolean {
  const { isRawJSON } = JSON as { isRawJSON?: (value: unknown) => boolean };
  return isRawJSON?.(value) === true;
}

function lookInside(value: object): boolean {
  if (types.isProxy(value) || types.isArgumentsObject(value) || 'toJSON' in value) return false;
  if (seen.length === OBJECTS || seen.includes(value)) return false;
  seen.push(value);
  const keys = Object.keys(value);
  left -= keys.length;
  if (left < 0) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (Array.isArray(value)) {
    // A hole, or a property besides the elements, shows in the number of keys; both at once do not.
    if (prototype !== Array.prototype || keys.length !== value.length) return false;
    for (const element of value as unknown[]) if (!look(element)) return false; // a hole is undefined
    return true;
  }
  if (prototype !== Object.prototype && (prototype !== null || isRaw(value))) return false;
  for (const key of keys) {
    if (!look((value as Record<string, unknown>)[key])) return false;
  }
  return true;
}
