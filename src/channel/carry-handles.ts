// Handles that travel with a request or a response.
import type { Endpoint } from './endpoint.js';
import { dispatch, release } from './dispatch.js';
import type { Carry, Load } from './dispatch.js';
import { NoDuplicate } from './duplicate.js';
import { writeError } from '../errors.js';
import { nextTick } from '../platform/primordials.js';
import { attach, optionsOf } from './pack-options.js';
import { sendPacked } from './send-handles.js';
import type { NeedsMemory } from '../serialization/shared-views.js';
import type { SendCallback } from '../types.js';

/** What is sent, by whom, and who waits until the receiver has taken the handles. */
export interface Carried {
  readonly endpoint: Endpoint;
  readonly message: unknown;
  readonly carry: Carry;
  readonly callback: SendCallback;
}

/**
 * Sends a message with an array of handles. Returns the status; undefined if all of them have closed, and nothing was sent.
 *
 * @throws the error of a descriptor that cannot be duplicated
 */
export function carryWith(carried: Carried, handles: readonly unknown[]): number | undefined {
  const { endpoint, message, callback } = carried;
  return carrying(carried, (load, carry) => {
    const given = { message, handle: handles, keepOpen: false, places: undefined, carry };
    sendPacked(endpoint, given, load, callback);
  });
}

/** Sends a message with views of shared memory in it. @throws as {@link carryWith} */
export function carryMemory(carried: Carried, { bytes, memories }: NeedsMemory): number | undefined {
  const { endpoint, message: value, callback } = carried;
  return carrying(carried, (load, carry) => {
    attach(memories, optionsOf(endpoint, true, false), load.packed);
    dispatch(endpoint, { value, encoded: bytes, internal: false, carry }, load, callback);
  });
}

function carrying({ carry }: Carried, step: (load: Load, carry: Carry) => void): number | undefined {
  const load: Load = { packed: [], taken: false };
  let status: number | undefined;
  try {
    step(load, (encoded, outgoing) => (status = carry(encoded, outgoing)));
  } catch (error) {
    if (!load.taken) throw error instanceof NoDuplicate ? writeError(error.code, error.errno) : error;
    // A method of the program's own socket threw. The message has left.
    nextTick(() => {
      throw error;
    });
  } finally {
    release(load);
  }
  return status;
}
