import type { ChildProcess as NodeChildProcess, SpawnOptions as NodeSpawnOptions } from 'node:child_process';
import { nativeEnvironment, stockEnvironment } from './handoff.js';
import { nativePath } from '../addon/native.js';
import { readSettings } from './settings.js';
import { createPair, mark, start } from './start.js';
import * as stock from './stock.js';
import type { ChannelOptions, ChildProcess } from '../types.js';
import { whyBunChannel, whyNoChannel } from './wire-choice.js';

/** The options of `spawn` of node:child_process, and those of the channel. */
export interface SpawnOptions extends NodeSpawnOptions, ChannelOptions {
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
export function spawn(command: string, options?: SpawnOptions): ChildProcess;
export function spawn(command: string, args?: readonly string[], options?: SpawnOptions): ChildProcess;
export function spawn(command: unknown, args?: unknown, options?: unknown): ChildProcess {
  const last = Array.isArray(args) || args === undefined || args === null ? options : args;
  // Without a prototype, as in Node: what somebody put on Object.prototype is no option.
  const given = { __proto__: null, ...(last as SpawnOptions | undefined) } as SpawnOptions;
  const { stdio } = given;
  const fd = Array.isArray(stdio) ? stdio.indexOf('ipc') : -1;
  const original = stock.spawn as (...all: unknown[]) => NodeChildProcess;
  // Without a channel there is nothing to do here; two of them, or no program, are for Node to refuse.
  if (
    !Array.isArray(stdio) ||
    fd === -1 ||
    stdio.indexOf('ipc', fd + 1) !== -1 ||
    typeof command !== 'string'
  ) {
    return original(command, args, options) as ChildProcess;
  }
  const { serialization = 'json' } = given as { serialization?: string };
  const wire = given.wire === 'native' ? 'native' : 'node';
  const reason = whyNoChannel() ?? (wire === 'node' ? whyBunChannel(command, serialization) : undefined);
  if (reason !== undefined || (serialization !== 'json' && serialization !== 'advanced')) {
    return mark(original(command, args, options), 'stock', reason ?? 'Node has to judge its arguments');
  }
  const settings = { ...readSettings(given), serialization, wire } as const;
  const from = given.env || process.env;
  const env =
    wire === 'native'
      ? nativeEnvironment(from, { ...settings, fd, addon: nativePath() })
      : stockEnvironment(from, fd, serialization);
  const list = Array.isArray(args) ? (args as unknown[]) : [];
  const pair = createPair();
  if (pair === undefined)
    return mark(original(command, args, options), 'stock', 'there are no descriptors left');
  const child = start({ file: command, args: list, options: { ...given, env }, stdio, fd, settings }, pair);
  return mark(child, wire, 'it was started with spawn()');
}
