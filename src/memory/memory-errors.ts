// The errors of shared memory and of rings.
import type { ForkwireError } from '../error-types.js';
import { coded } from '../coded-error.js';

const { Error } = globalThis;

export const noSharedMemory = (): ForkwireError =>
  coded(
    Error,
    'ERR_FORKWIRE_NO_SHARED_MEMORY',
    'This runtime cannot make a SharedArrayBuffer of memory that is not its own. Node can since 22.23, 24.22 and 26.12, and ' +
      'Bun can; Deno and Electron cannot. The memory can still be sent on',
  );

const unsupportedSystem = (): ForkwireError =>
  coded(
    Error,
    'ERR_FORKWIRE_NO_SHARED_MEMORY',
    'Shared memory is supported on Linux, macOS and Windows only',
  );

/** Node's own code. */
const cannotFreeze = (): ForkwireError =>
  coded(
    Error,
    'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM',
    'memory.freeze() is available on Linux only: other systems cannot seal memory against writing',
  );

const memoryShared = (): ForkwireError =>
  coded(
    Error,
    'ERR_FORKWIRE_MEMORY_SHARED',
    'The memory cannot be frozen while another process could write it: freeze it before it is sent, or after the others have ' +
      'let go of it',
  );

export const memoryClosed = (): ForkwireError =>
  coded(
    Error,
    'ERR_FORKWIRE_MEMORY_CLOSED',
    'This process has closed the descriptor of the memory: it was received while a quarter of all descriptors that the ' +
      'process may open were those of received memory',
  );

export const ringMalformed = (fault: string): ForkwireError =>
  coded(Error, 'ERR_FORKWIRE_RING_MALFORMED', `The ring is malformed: ${fault}`);

export const ringClosed = (end: 'reader' | 'writer'): ForkwireError =>
  coded(Error, 'ERR_FORKWIRE_RING_CLOSED', `The ${end} of the ring has closed it`);

export const ringTimeout = (): ForkwireError =>
  coded(Error, 'ERR_FORKWIRE_RING_TIMEOUT', 'The other end of the ring did not come in time');

/** @throws what the addon throws, as an error of this package where it is one */
export function calling<T>(step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw known((error as { code?: unknown }).code) ?? error;
  }
}

function known(code: unknown): ForkwireError | undefined {
  if (code === 'ERR_FORKWIRE_NO_SHARED_MEMORY') return unsupportedSystem();
  if (code === 'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM') return cannotFreeze();
  if (code === 'EBUSY') return memoryShared();
  if (code === 'ENOENT') return memoryClosed();
  return undefined;
}
