// Messages that no handles were given with, and that have some all the same.
import type { Endpoint } from './endpoint.js';
import { dispatch, releasing } from './dispatch.js';
import { attach, optionsOf } from './pack-options.js';
import { isNeedsMemory } from '../serialization/shared-views.js';
import type { SendCallback } from '../types.js';

/**
 * Sends such a message again: views of shared memory are in it.
 * @param error what writing it has thrown
 * @throws any other error
 */
export function sendNeeding(
  endpoint: Endpoint,
  message: unknown,
  internal: boolean,
  error: unknown,
  callback: SendCallback | undefined,
): boolean {
  if (!isNeedsMemory(error)) throw error;
  const { bytes, memories } = error;
  return releasing(endpoint, callback, (load) => {
    attach(memories, optionsOf(endpoint, true, false), load.packed);
    return dispatch(endpoint, { value: message, encoded: bytes, internal }, load, callback);
  });
}
