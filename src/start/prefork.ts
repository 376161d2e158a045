import type { PreforkOptions, Workers } from '../prefork-types.js';
import { neededChannels } from './load-channels.js';

/**
 * Starts processes ahead: they have loaded Node, forkwire and the modules of `preload`, and wait without using a CPU. `fork()` of
 * the result gives one of them its file, arguments, environment and descriptors, and it runs the file as if it had been
 * started that moment. Each is used once, and replaced in the background.
 *
 * What cannot be changed in a process that runs decides whether a spare fits: `execPath`, `execArgv`, the user, the variables that
 * Node reads at its start, and where `stdio` has pipes. If none fits, the child is started as by `fork()`, and `stats()` says
 * why. On Windows, Bun and Deno every child is. docs/prefork.md has the details.
 *
 * @throws {TypeError} ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE for an option that it does not know, and what `fork()` throws
 * @throws {RangeError} ERR_OUT_OF_RANGE
 */
export function prefork(options: PreforkOptions): Workers {
  return neededChannels().prefork(options);
}
