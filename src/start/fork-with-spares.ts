import { fork } from './fork.js';
import { loadChannels } from './load-channels.js';
import type { ChildProcess } from '../child-types.js';

/** `fork()` with spare processes for the kind of child that was started last: FORKWIRE_PREFORK=2, for example. */
export function forkWithSpares(modulePath: unknown, args?: unknown, options?: unknown): ChildProcess {
  const channels = loadChannels();
  if (channels !== undefined) return channels.forkWithSpares(modulePath, args, options);
  return (fork as (...all: unknown[]) => ChildProcess)(modulePath, args, options);
}
