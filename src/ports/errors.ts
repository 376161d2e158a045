// Errors of ports.
import { coded } from '../coded-error.js';
import type { ForkwireError } from '../error-types.js';
import { hasUnlisted } from './unlisted.js';

/** In the list of what postMessage() is to transfer. */
export const invalidTransfer = (): ForkwireError =>
  coded(
    TypeError,
    'ERR_INVALID_TRANSFER_OBJECT',
    'Found invalid object in transferList: it must be a port, a socket, a server or an ArrayBuffer',
  );

export const tooManyPorts = (limit: number): ForkwireError =>
  coded(
    Error,
    'ERR_FORKWIRE_PORT_LIMIT',
    `The other process has ${limit} ports open here that came through this channel. That is the limit: close some first`,
  );

const { DOMException } = globalThis;

/** As Node reports what cannot be cloned or transferred. */
export const dataCloneError = (message: string): Error =>
  new DOMException(message, 'DataCloneError') as unknown as Error;

export const busyPort = (): Error =>
  dataCloneError(
    'The port has handles or requests under way, or on Windows a message that the system does not have yet: ' +
      'send it when they are settled',
  );

/** The text of Node for a port in the message that is not in the transfer list. */
const UNLISTED = 'Object that needs transfer was found in message but not listed in transferList';

/** Makes JSON fail, and a structured clone: V8 quotes the function, so its name says what to do. */
export function portsAreSentAsHandles(): never {
  throw dataCloneError(
    'A port is sent as a handle, as in send(message, port) or postMessage(value, [port]): it could not be cloned.',
  );
}

/** What packing and serializing a message throw, as the error that postMessage() of Node throws for it. */
export function asDataCloneError(error: unknown, message: unknown, listed: readonly unknown[]): unknown {
  if (!(error instanceof Error)) return error;
  if ((error as { code?: unknown }).code === 'ERR_INVALID_HANDLE_TYPE') return invalidTransfer();
  if (!error.message.endsWith('could not be cloned.')) return error;
  return dataCloneError(hasUnlisted(message, listed) ? UNLISTED : error.message);
}
