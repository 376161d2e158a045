import type { SpawnOptions as NodeSpawnOptions } from 'node:child_process';
import type { Untyped } from '../request-types.js';
import { loadChannels } from './load-channels.js';
import { shared } from './shared.js';
import { sayStock } from './say-stock.js';
import type { ChildProcess } from '../child-types.js';
import type { ChannelOptions, LifetimeOptions } from '../types.js';
import { ArrayIsArray, ObjectHasOwn } from '../platform/captured.js';

/** The options of `spawn` of node:child_process, and those of the channel. */
export interface SpawnOptions extends NodeSpawnOptions, ChannelOptions, LifetimeOptions {
  /**
   * `'node'` speaks Node's own wire. `'native'` is for a program that speaks forkwire's wire, such as one with the Rust crate.
   * forkwire cannot check that, and a program that does not speak it never answers.
   * @default 'node'
   */
  wire?: 'native' | 'node' | undefined;
}

/**
 * Starts a program, as `spawn` of node:child_process does. With `'ipc'` in `stdio`, the program gets a channel whose other
 * end is forkwire's; it may be any program that reads NODE_CHANNEL_FD. Without `'ipc'` this is Node's own function.
 *
 * @returns Node's own ChildProcess; with `'ipc'`, `child.wire` says which wire its channel uses
 * @throws what `spawn` of node:child_process throws, and ERR_INVALID_ARG_TYPE or ERR_OUT_OF_RANGE for the channel's options
 * @see https://nodejs.org/api/child_process.html#child_processspawncommand-args-options
 */
export function spawn<ToChild = Untyped, FromChild = Untyped>(
  command: string,
  options?: SpawnOptions,
): ChildProcess<ToChild, FromChild>;
export function spawn<ToChild = Untyped, FromChild = Untyped>(
  command: string,
  args?: readonly string[],
  options?: SpawnOptions,
): ChildProcess<ToChild, FromChild>;
export function spawn(command: unknown, args?: unknown, options?: unknown): ChildProcess {
  const original = shared.stock.spawn as (...all: unknown[]) => ChildProcess;
  if (!asksForChannel(ArrayIsArray(args) || args == null ? options : args))
    return original(command, args, options);
  const channels = loadChannels();
  return channels === undefined
    ? sayStock(original(command, args, options))
    : channels.spawnChild(command, args, options);
}

/** As Node reads it: of the options only their own properties count. */
function asksForChannel(options: unknown): boolean {
  if (typeof options !== 'object' || options === null || !ObjectHasOwn(options, 'stdio')) return false;
  const { stdio } = options as { stdio?: unknown };
  if (!ArrayIsArray(stdio)) return false;
  for (let i = 0; i < stdio.length; i++) if (stdio[i] === 'ipc') return true;
  return false;
}
