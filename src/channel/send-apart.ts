// Of the messages of sendMany(), those with views of shared memory leave by themselves: the receiver acknowledges each of them.
import type { Endpoint } from './endpoint.js';
import type { SendCallback } from '../types.js';
import { ArrayPrototypePush } from '../platform/primordials.js';
import { isNeedsMemory } from '../serialization/shared-views.js';
import { sendNeeding } from './send-needing.js';
import { encode } from './write.js';
import type { Encoded } from './write.js';

/** A message that memories travel with: how to send it. */
export type Apart = (callback: SendCallback | undefined) => boolean;

/** @throws what serializing the message throws */
export function encodeOne(
  endpoint: Endpoint,
  message: unknown,
  internal: boolean,
): { encoded: Encoded; apart: Apart | undefined } {
  try {
    return { encoded: encode(endpoint, message), apart: undefined };
  } catch (error) {
    if (!isNeedsMemory(error)) throw error;
    const apart: Apart = (callback) => sendNeeding(endpoint, message, internal, error, callback);
    return { encoded: error.bytes, apart };
  }
}

/** Calls `done` with the first error, once it has been called `count` times itself. */
export function joined(done: SendCallback, count: number): SendCallback {
  let left = count;
  let first: Error | null = null;
  return (error) => {
    first ??= error;
    if (--left === 0) done(first);
  };
}

/** Parts a list at those that leave by themselves. What is between them stays together. Undefined: there are none. */
export function partApart<T extends { readonly apart: Apart | undefined }>(
  list: readonly T[],
): T[][] | undefined {
  const parts: T[][] = [];
  let [current, found] = [undefined as T[] | undefined, false];
  for (let at = 0; at < list.length; at++) {
    const one = list[at] as T;
    const alone = one.apart !== undefined;
    found ||= alone;
    if (alone || current === undefined) {
      const next = [one];
      ArrayPrototypePush(parts, next);
      current = alone ? undefined : next;
    } else ArrayPrototypePush(current, one);
  }
  return found ? parts : undefined;
}
