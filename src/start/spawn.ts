import type { ChildProcess as NodeChildProcess, SpawnOptions as NodeSpawnOptions } from 'node:child_process';
import { nativeEnvironment, stockEnvironment } from './handoff.js';
import { nativePath } from '../addon/native.js';
import { readSettings } from './settings.js';
import { createPair, mark, start } from './start.js';
import * as stock from './stock.js';
import type { ChannelOptions, ChildProcess } from '../types.js';
import { whyBunChannel, whyNoChannel } from './wire-choice.js';

/** The options of node:child_process.spawn, and the channel's own. */
export interface SpawnOptions extends NodeSpawnOptions, ChannelOptions {
  /**
   * `'native'`: the child is a program that knows forkwire, such as one with its Rust crate. There is no telling
   * whether it does: another one would never answer.
   * @default 'node'
   */
  wire?: 'native' | 'node' | undefined;
}

/**
 * node:child_process.spawn. With `'ipc'` in `stdio` the child gets a channel on Node's own wire, whatever program it
 * is, as long as it reads NODE_CHANNEL_FD; this end of it is forkwire's. Without, it is Node's function.
 *
 * @throws what node:child_process.spawn throws, and ERR_INVALID_ARG_TYPE or ERR_OUT_OF_RANGE for the channel's options
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
