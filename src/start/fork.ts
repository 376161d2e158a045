import { loadChannels } from './load-channels.js';
import { shared } from './shared.js';
import { sayStock } from './say-stock.js';
import type { ChildProcess } from '../child-types.js';
import type { Untyped } from '../request-types.js';
import type { ForkOptions } from '../types.js';

/**
 * Starts a Node process that runs `modulePath`, with a channel to it. This is `fork` of node:child_process with forkwire's
 * channel in place of the built-in one. The child's program needs no change.
 *
 * @typeParam ToChild the requests that the child answers, as an interface: see docs/requests.md
 * @typeParam FromChild those that this end answers
 * @param modulePath the file that the child runs
 * @param options those of `fork` of node:child_process, and those of the channel
 * @returns Node's own ChildProcess; `child.wire` says which wire its channel uses
 * @throws {TypeError} what `fork` of node:child_process throws, such as ERR_INVALID_ARG_TYPE or
 * ERR_CHILD_PROCESS_IPC_REQUIRED, and ERR_INVALID_ARG_TYPE or ERR_OUT_OF_RANGE for the channel's options
 * @throws {Error} ERR_FORKWIRE_ADDON if there is no addon for this platform
 * @see https://nodejs.org/api/child_process.html#child_processforkmodulepath-args-options
 */
export function fork<ToChild = Untyped, FromChild = Untyped>(
  modulePath: string | URL,
  options?: ForkOptions,
): ChildProcess<ToChild, FromChild>;
/**
 * The same with arguments for the child.
 *
 * @param modulePath the file that the child runs
 * @param args the child's arguments, which follow the file in its `process.argv`
 * @param options those of `fork` of node:child_process, and those of the channel
 * @returns Node's own ChildProcess; `child.wire` says which wire its channel uses
 * @throws the same errors as the form without arguments
 */
export function fork<ToChild = Untyped, FromChild = Untyped>(
  modulePath: string | URL,
  args?: readonly string[],
  options?: ForkOptions,
): ChildProcess<ToChild, FromChild>;
export function fork(modulePath: unknown, args?: unknown, options?: unknown): ChildProcess {
  const channels = loadChannels();
  if (channels !== undefined) return channels.forkChild(modulePath, args, options);
  const original = shared.stock.fork as (...all: unknown[]) => ChildProcess;
  return sayStock(original(modulePath, args, options));
}
