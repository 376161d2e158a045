// One message of postMessage(), on its way into a channel.
import type { Endpoint } from '../channel/endpoint.js';
import { sendAlone } from '../channel/send-alone.js';
import { sendWith } from '../channel/send-handles.js';
import { sends } from '../observe/diagnostics.js';
import type { SendPublished } from '../observe/diagnostics.js';
import { ArrayIsArray } from '../platform/primordials.js';
import type { SendCallback } from '../types.js';
import { withMoving } from '../memory/moving.js';
import { lift } from './lift.js';

/**
 * As `send()`, of anything that structured clone carries. `handle` is one handle, or an array of them; ports in it may be inside
 * the message, too.
 * @throws what serializing and packing throw
 */
export function postMessage(
  endpoint: Endpoint,
  message: unknown,
  handle: unknown,
  callback?: SendCallback,
  buffers: readonly ArrayBuffer[] = [],
): boolean {
  let accepted: boolean;
  endpoint.beginSend();
  try {
    const end = buffers.length > 0 ? withMoving(endpoint, buffers) : endpoint;
    accepted = postOpen(end, message, handle, callback);
  } finally {
    endpoint.endSend();
  }
  if (sends.hasSubscribers) {
    sends.publish({ emitter: endpoint.target, message, handle, accepted } satisfies SendPublished);
  }
  return accepted;
}

function postOpen(
  endpoint: Endpoint,
  message: unknown,
  handle: unknown,
  callback: SendCallback | undefined,
): boolean {
  if (handle === undefined || (ArrayIsArray(handle) && handle.length === 0)) {
    return sendAlone(endpoint, message, false, callback);
  }
  const lifted = lift(message, ArrayIsArray(handle) ? handle : []);
  return sendWith(endpoint, lifted.message, handle, false, callback, lifted.places);
}
