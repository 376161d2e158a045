import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ChildProcess as NodeChildProcess } from 'node:child_process';
import { childArguments, hidePreload } from './child-command.js';
import { readRequest } from './fork-request.js';
import type { ForkRequest } from './fork-request.js';
import { childEnvironment, stockEnvironment } from './handoff.js';
import { nativePath } from '../addon/native.js';
import { createPair, mark, start } from './start.js';
import * as stock from './stock.js';
import type { ChildProcess, ForkOptions } from '../types.js';
import { chooseWire } from './wire-choice.js';

/** The child's entry: a file beside this one. */
const PRELOAD = join(__dirname, 'preload.js');

/**
 * Starts a Node process that runs `modulePath`, with a channel to it. This is `fork` of node:child_process with forkwire's
 * channel in place of the built-in one. The child's program needs no change.
 *
 * @param modulePath the file that the child runs
 * @param options those of `fork` of node:child_process, and those of the channel
 * @returns Node's own ChildProcess; `child.wire` says which wire its channel uses
 * @throws {TypeError} what `fork` of node:child_process throws, such as ERR_INVALID_ARG_TYPE or
 * ERR_CHILD_PROCESS_IPC_REQUIRED, and ERR_INVALID_ARG_TYPE or ERR_OUT_OF_RANGE for the channel's options
 * @throws {Error} ERR_FORKWIRE_ADDON if there is no addon for this platform
 * @see https://nodejs.org/api/child_process.html#child_processforkmodulepath-args-options
 */
export function fork(modulePath: string | URL, options?: ForkOptions): ChildProcess;
/**
 * The same with arguments for the child.
 *
 * @param modulePath the file that the child runs
 * @param args the child's arguments, which follow the file in its `process.argv`
 * @param options those of `fork` of node:child_process, and those of the channel
 * @returns Node's own ChildProcess; `child.wire` says which wire its channel uses
 * @throws the same errors as the form without arguments
 */
export function fork(modulePath: string | URL, args?: readonly string[], options?: ForkOptions): ChildProcess;
export function fork(modulePath: string | URL, args?: unknown, options?: unknown): ChildProcess {
  const request = readRequest(modulePath, args, options);
  if (request === undefined) return forkStock(modulePath, args, options, 'Node has to judge its arguments');
  const { wire, why } = chooseWire(request);
  if (wire === 'stock') return forkStock(modulePath, args, options, why);
  const pair = createPair();
  if (pair === undefined) return forkStock(modulePath, args, options, 'there are no descriptors left');
  const child = wire === 'native' ? forkNative(request, pair) : forkNode(request, pair);
  return mark(child, wire, why);
}

function forkStock(modulePath: unknown, args: unknown, options: unknown, why: string): ChildProcess {
  const original = stock.fork as (...all: unknown[]) => NodeChildProcess;
  return mark(original(modulePath, args, options), 'stock', why);
}

function forkNative(request: ForkRequest, pair: [number, number]): NodeChildProcess {
  const { execPath, execArgv, modulePath, args, fd, stdio, settings, options } = request;
  const env = childEnvironment(request.env, { ...settings, fd, addon: nativePath() }, preload());
  const all = childArguments(PRELOAD, execArgv, [modulePath, ...args]);
  const how = { ...options, env, shell: false };
  const child = start({ file: execPath, args: all, options: how, stdio, fd, settings }, pair);
  hidePreload(child.spawnargs, PRELOAD); // as the program gave them; the error of a failed start shows them too
  return child;
}

function forkNode(request: ForkRequest, pair: [number, number]): NodeChildProcess {
  const { execPath, execArgv, modulePath, args, fd, stdio, settings, options } = request;
  const env = stockEnvironment(request.env, fd, settings.serialization);
  const all = [...execArgv, modulePath, ...args];
  const how = { ...options, env, shell: false };
  return start(
    { file: execPath, args: all, options: how, stdio, fd, settings: { ...settings, wire: 'node' } },
    pair,
  );
}

function preload(): string {
  if (existsSync(PRELOAD)) return PRELOAD;
  throw new Error(
    `forkwire: ${PRELOAD} is missing, the file that its children start with. Keep forkwire out of your bundle ` +
      '(as an external package), or build it again with "npm run build".',
  );
}
