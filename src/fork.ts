import childProcess = require('node:child_process');
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { attach } from './attach.js';
import { debug } from './debug.js';
import { readRequest } from './fork-request.js';
import type { ForkRequest } from './fork-request.js';
import { childEnvironment } from './handoff.js';
import { native, nativePath } from './native.js';
import type { ChildProcess, ForkOptions, Wire } from './types.js';
import { whyStock } from './wire-choice.js';

/** The child's entry: a file beside this one. */
const PRELOAD = join(__dirname, 'preload.js');

/** What Node's ChildProcess counts its 'close' by, and its types leave out. */
interface Closing {
  _closesNeeded: number;
  _closesGot: number;
}

/** Codes of a process or system that has no descriptor left. */
const NO_DESCRIPTORS = ['EMFILE', 'ENFILE'];

/**
 * Starts a Node process that runs `modulePath`, with a channel to it: node:child_process.fork, with forkwire's channel
 * in place of the built-in one. The child's program needs no change and cannot tell the difference.
 *
 * @param modulePath the file that the child runs
 * @param args the child's arguments
 * @param options those of node:child_process.fork, and the channel's own
 * @returns Node's ChildProcess; `child.wire` says which channel it got
 * @throws {TypeError} what node:child_process.fork throws, such as ERR_INVALID_ARG_TYPE or
 * ERR_CHILD_PROCESS_IPC_REQUIRED, and ERR_INVALID_ARG_TYPE or ERR_OUT_OF_RANGE for the channel's own options
 * @throws {Error} if there is no addon for this platform
 * @see https://nodejs.org/api/child_process.html#child_processforkmodulepath-args-options
 */
export function fork(modulePath: string | URL, options?: ForkOptions): ChildProcess;
export function fork(modulePath: string | URL, args?: readonly string[], options?: ForkOptions): ChildProcess;
export function fork(modulePath: string | URL, args?: unknown, options?: unknown): ChildProcess {
  const request = readRequest(modulePath, args, options);
  const reason = request === undefined ? 'Node has to judge its arguments' : whyStock(request);
  const pair = request === undefined || reason !== undefined ? undefined : createPair();
  if (request !== undefined && pair !== undefined) return forkNative(request, pair);
  const stock = childProcess.fork as (...all: unknown[]) => childProcess.ChildProcess;
  return mark(stock(modulePath, args, options), 'stock', reason ?? 'there are no descriptors left');
}

function forkNative(request: ForkRequest, [ours, theirs]: [number, number]): ChildProcess {
  let child: childProcess.ChildProcess;
  try {
    child = spawn(request, request.stdio.with(request.fd, theirs));
  } catch (error) {
    native().closeFd(ours);
    throw error;
  } finally {
    native().closeFd(theirs);
  }
  const closing = child as unknown as Closing;
  closing._closesNeeded += 1;
  try {
    attach(child, ours, request.settings, true, () => {
      closing._closesGot += 1;
      if (closing._closesGot === closing._closesNeeded) child.emit('close', child.exitCode, child.signalCode);
    });
  } catch (error) {
    child.kill('SIGKILL'); // there is nobody to talk to it
    throw error;
  }
  return mark(child, 'native', request.modulePath);
}

function spawn(request: ForkRequest, stdio: unknown[]): childProcess.ChildProcess {
  const { execPath, execArgv, modulePath, args, fd, settings, options } = request;
  const env = childEnvironment(request.env, { ...settings, fd, addon: nativePath() }, preload());
  const all = ['--require', PRELOAD, ...execArgv, modulePath, ...(args as string[])];
  const child = childProcess.spawn(execPath, all, {
    ...options,
    env,
    shell: false,
    stdio: stdio as childProcess.StdioOptions,
  });
  child.spawnargs.splice(1, 2); // as the program gave them; the error of a failed start shows them too
  return child;
}

/** Undefined where Node's own fork, which meets the same, is to report it: as an event. */
function createPair(): [number, number] | undefined {
  try {
    return native().createPair();
  } catch (error) {
    if (NO_DESCRIPTORS.includes(String((error as { code?: unknown }).code))) return undefined;
    throw error;
  }
}

function preload(): string {
  if (existsSync(PRELOAD)) return PRELOAD;
  throw new Error(
    `forkwire: ${PRELOAD} is missing, the file that its children start with. Keep forkwire out of your bundle ` +
      '(as an external package), or build it again with "npm run build".',
  );
}

function mark(child: childProcess.ChildProcess, wire: Wire, why: string): ChildProcess {
  debug(`child ${child.pid ?? 'that did not start'} has the ${wire} wire: ${why}`);
  // Not enumerable: a ChildProcess that is printed or copied looks as Node's does.
  return Object.defineProperty(child, 'wire', { value: wire, configurable: true }) as ChildProcess;
}
