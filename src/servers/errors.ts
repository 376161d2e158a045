// Why a connection stays where it is.
import { coded } from '../coded-error.js';
import type { ForkwireError } from '../error-types.js';

const { Error } = globalThis;

/** @param why completes "The connection cannot be handed over: ..." */
export const notMovable = (why: string): ForkwireError =>
  coded(Error, 'ERR_FORKWIRE_NOT_MOVABLE', `The connection cannot be handed over: ${why}`);

export const notReceiving = (name: string): ForkwireError =>
  coded(
    Error,
    'ERR_FORKWIRE_NOT_RECEIVING',
    `The other process has stopped receiving connections${name === '' ? '' : ` with the name '${name}'`}`,
  );

export const alreadyReceiving = (name: string): ForkwireError =>
  coded(
    Error,
    'ERR_FORKWIRE_ALREADY_SERVED',
    `Connections of that process already get to a server here${name === '' ? '' : ` with the name '${name}'`}: close it ` +
      'first, or give this one another name',
  );

export const noServerName = (timeout: number): ForkwireError =>
  coded(
    Error,
    'ERR_FORKWIRE_NO_SERVER_NAME',
    `The client has not sent its first message within ${timeout} ms`,
  );

export const closedEarly = (): ForkwireError =>
  coded(Error, 'ECONNRESET', 'The client closed the connection before its first message was complete');
