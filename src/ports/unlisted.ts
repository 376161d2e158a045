// Why a message could not be cloned.
import { types } from 'node:util';
import { isPackable } from '../handles/packed.js';
import {
  ArrayBufferIsView,
  ArrayPrototypeIncludes,
  ArrayPrototypePush,
  ObjectKeys,
  SafeSet,
} from '../platform/primordials.js';

/** Whether something that can only be transferred is in the message and not in the list. Looks where a clone looks. */
export function hasUnlisted(message: unknown, listed: readonly unknown[]): boolean {
  const seen = new SafeSet<unknown>();
  const open: unknown[] = [message];
  try {
    for (let value = open.pop(); value !== undefined || open.length > 0; value = open.pop()) {
      if (typeof value !== 'object' || value === null || seen.has(value)) continue;
      seen.add(value);
      if (!isPackable(value)) pushParts(open, value);
      else if (!ArrayPrototypeIncludes(listed, value)) return true;
    }
  } catch {
    // A getter of the program threw, as it did while the message was cloned.
  }
  return false;
}

function pushParts(open: unknown[], value: object): void {
  if (types.isMap(value)) value.forEach((item, key) => ArrayPrototypePush<unknown>(open, key, item));
  else if (types.isSet(value)) value.forEach((item) => ArrayPrototypePush<unknown>(open, item));
  const keys = ArrayBufferIsView(value) ? [] : ObjectKeys(value);
  for (let at = 0; at < keys.length; at++)
    ArrayPrototypePush(open, (value as Record<string, unknown>)[keys[at] as string]);
}
