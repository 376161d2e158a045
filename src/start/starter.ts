// What prefork() needs of fork(), which is in another bundle.
import { AsyncResource } from 'node:async_hooks';
import type { ChildProcess as NodeChildProcess } from 'node:child_process';
import { loadExtra } from '../channel/load-extra.js';
import type { ChildProcess } from '../child-types.js';
import { nativePath } from '../addon/native.js';
import { say } from '../observe/trace/line.js';
import { topicsOf } from '../observe/trace/topics.js';
import { PRELOAD } from '../platform/paths.js';
import { inodeOf } from '../platform/inode.js';
import { ArrayPrototypeSlice, process } from '../platform/primordials.js';
import type { PreforkOptions, Workers } from '../prefork-types.js';
import { childArguments } from './child-command.js';
import { sendCode } from './code-cache.js';
import { isWorker, workerOf } from './cluster-worker.js';
import { endingOf } from './dispose.js';
import { forkChild } from './fork-child.js';
import { readRequest } from './fork-request.js';
import type { ForkRequest } from './fork-request.js';
import { programEnvironment, spareEnvironment } from './handoff.js';
import { lifelineOf } from './lifeline.js';
import type { Lifeline } from './lifeline.js';
import { loadCluster } from './load-cluster.js';
import { shared } from './shared.js';
import { attachTo, createPair, mark } from './start.js';
import { whyNoSpareFiles } from './package-files.js';
import { chooseWire } from './wire-choice.js';

/**
 * The name of a spare's program until it has one. Node looks for a program only if its name does not begin with a hyphen; the
 * spaces are room for its command line (src/spare/command-line.ts).
 */
const NO_PROGRAM = '-forkwire-spare'.padEnd(1024);

/** The options that say how a process is started. src/prefork/kind.ts compares them. */
type Fixed = ForkRequest['options'] & { readonly argv0?: string; readonly windowsHide?: boolean };

/** That of the load of this file: see load-channels.ts. */
const context = new AsyncResource('FORKWIRE');

const starter = {
  forkCold: forkChild,
  read: readRequest,
  environment: programEnvironment,
  createPair,
  inodeOf,

  whyNotNative(request: ForkRequest): string | undefined {
    const { wire, why } = chooseWire(request);
    return wire === 'native' ? whyNoSpareFiles() : why;
  },

  startSpare(
    request: ForkRequest,
    stdio: readonly unknown[],
    preload: readonly string[],
    [ours, theirs]: readonly [number, number],
  ): NodeChildProcess {
    const { execPath, execArgv, fd, settings, options } = request;
    const { uid, gid, cwd, detached, argv0, windowsHide } = options as Fixed;
    const handoff = { ...settings, fd, addon: nativePath(), preload, code: sendCode(ours) };
    const env = spareEnvironment(request.env, handoff, PRELOAD);
    const places = ArrayPrototypeSlice(stdio);
    places[fd] = theirs;
    const how = { __proto__: null, uid, gid, cwd, detached, argv0, windowsHide, env, stdio: places };
    const args = childArguments(PRELOAD, execArgv, ['--', NO_PROGRAM]) as string[];
    return shared.stock.spawn(execPath, args, how as object);
  },

  describe({ settings, fd, env }: ForkRequest): object {
    return { ...settings, fd, worker: workerOf(env) };
  },

  lifelineOf({ lifetime, stdio }: ForkRequest): Lifeline | undefined {
    return lifelineOf(lifetime, stdio);
  },

  equip(
    child: NodeChildProcess,
    { settings, modulePath, options, lifetime, env }: ForkRequest,
    ours: number,
    peerInode: number | undefined,
    onExit: (() => void) | undefined,
  ): ChildProcess {
    const endpoint = attachTo(child, ours, settings, peerInode, onExit);
    if (endpoint !== undefined && isWorker(env)) loadCluster().distribute(endpoint);
    return mark(child, 'native', `${modulePath}, by a spare process`, endingOf(options, lifetime));
  },

  apart<T>(step: () => T): T {
    return context.runInAsyncScope(step);
  },

  say(text: string): void {
    if (topicsOf(process.env['FORKWIRE_DEBUG'])?.has('channels') === true) say(text);
  },
};

export function prefork(options: PreforkOptions): Workers {
  return loadExtra().spares.prefork(starter, options);
}

export function forkWithSpares(modulePath: unknown, args: unknown, options: unknown): ChildProcess {
  return loadExtra().spares.fork(starter, modulePath, args, options);
}
