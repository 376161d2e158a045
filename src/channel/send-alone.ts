import type { Endpoint } from './endpoint.js';
import { sendNeeding } from './send-needing.js';
import type { SendCallback } from '../types.js';
import { write } from './write.js';

/** A message that no handles were given with. */
export function sendAlone(
  endpoint: Endpoint,
  message: unknown,
  internal: boolean,
  callback: SendCallback | undefined,
): boolean {
  let status: number;
  try {
    status = write(endpoint, message, internal);
  } catch (error) {
    return sendNeeding(endpoint, message, internal, error, callback);
  }
  return endpoint.outbox.book(status, callback);
}
