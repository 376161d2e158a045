// Errors of ports over NATS.
import { coded } from '../coded-error.js';
import type { ForkwireError } from '../error-types.js';
import { defineValue } from '../platform/properties.js';

const { Error, TypeError } = globalThis;

/** No process serves the subject. */
export const nobodyServes = (subject: string): ForkwireError =>
  undelivered(
    coded(
      Error,
      'ERR_FORKWIRE_NO_HANDLER',
      `Nobody serves requests on the subject '${subject}': start a worker that does, or compare the subjects`,
    ),
  );

export const connectionFailed = (what: string, cause: unknown): ForkwireError =>
  coded(Error, 'ERR_FORKWIRE_NATS', what, cause);

export const tooManyRequests = (limit: number): ForkwireError =>
  coded(
    Error,
    'ERR_FORKWIRE_TOO_MANY_REQUESTS',
    `${limit} requests of this connection are under way. That is the limit: wait for answers first`,
  );

/** @param what what is too large: "The request" */
export const tooLarge = (what: string, size: number, limit: number): ForkwireError =>
  coded(
    Error,
    'ERR_FORKWIRE_MESSAGE_TOO_LARGE',
    `${what} has ${size} bytes, and ${limit} are allowed: the less of maxMessageSize and of max_payload of the server`,
  );

export const unreadable = (what: string, cause: unknown): ForkwireError =>
  coded(
    Error,
    'ERR_FORKWIRE_MALFORMED',
    `${what} cannot be read: ${String((cause as Error).message)}`,
    cause,
  );

export const noHandles = (): ForkwireError =>
  coded(
    TypeError,
    'ERR_INVALID_HANDLE_TYPE',
    'Handles and shared memory cannot travel over NATS: they belong to one machine. Send their contents, or the address of a server',
  );

/** It was certainly not delivered. */
export function undelivered(error: ForkwireError): ForkwireError {
  defineValue(error, 'delivered', 'no', true);
  return error;
}
