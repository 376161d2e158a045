// The errors of descriptors.
import { coded } from '../coded-error.js';
import type { ForkwireError } from '../error-types.js';

const { Error } = globalThis;

/** @param how what became of it, after "The descriptor" */
export const descriptorClosed = (how: string): ForkwireError =>
  coded(Error, 'ERR_FORKWIRE_DESCRIPTOR_CLOSED', `The descriptor ${how}`);

export const wrongType = (what: string): ForkwireError => coded(Error, 'ERR_FORKWIRE_DESCRIPTOR_TYPE', what);

export const wrongListenFds = (what: string, cause?: unknown): ForkwireError =>
  coded(
    Error,
    'ERR_FORKWIRE_LISTEN_FDS',
    `The sockets that this process inherited cannot be used: ${what}`,
    cause,
  );
