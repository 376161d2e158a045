// Starts a child with a channel: what fork() and spawn() have in common.
import type { ChildProcess as NodeChildProcess, SpawnOptions, StdioOptions } from 'node:child_process';
import { attach, defineSendMany } from './attach.js';
import { defineDispose } from './dispose.js';
import type { Ending } from './dispose.js';
import type { Endpoint } from '../channel/endpoint.js';
import { sendSingly } from '../channel/send-singly.js';
import { delayClose } from './close-event.js';
import { sendCodeLate } from './code-cache.js';
import { native } from '../addon/native.js';
import type { Lifeline } from './lifeline.js';
import { inodeOf } from '../platform/inode.js';
import { isWindows } from '../platform/system.js';
import { loadCluster } from './load-cluster.js';
import { PARENT, nameParent } from './parent-variable.js';
import type { Settings } from '../channel/settings.js';
import { shared } from './shared.js';
import { isTraced } from '../observe/trace/is-traced.js';
import { traceOf } from '../observe/trace/trace.js';
import type { ChildProcess } from '../child-types.js';
import type { Wire } from '../types.js';
import {
  ArrayPrototypeIncludes,
  ArrayPrototypeSlice,
  ObjectDefineProperty,
} from '../platform/primordials.js';

/** Error codes of a process or system without free descriptors. */
const NO_DESCRIPTORS = ['EMFILE', 'ENFILE'];

/** A program to start. `fd` is the position of 'ipc' in `stdio`. */
export interface Start {
  readonly file: string;
  readonly args: readonly unknown[];
  readonly options: object;
  readonly stdio: readonly unknown[];
  readonly fd: number;
  readonly settings: Settings;
  /** What the child gets after the descriptors of `stdio`, to end with this process. */
  readonly lifeline?: Lifeline | undefined;
  /** Whether it is a worker of node:cluster. */
  readonly worker?: boolean;
  /** Whether the child waits for its compiled code. */
  readonly codeFollows?: boolean;
}

/** The two ends of a channel. Undefined if there are no descriptors left: Node meets the same and reports it as an event. */
export function createPair(): [number, number] | undefined {
  try {
    return native().createPair();
  } catch (error) {
    if (ArrayPrototypeIncludes(NO_DESCRIPTORS, (error as { code?: unknown }).code)) return undefined;
    throw error;
  }
}

/** @throws what node:child_process.spawn throws */
export function start(
  { file, args, options, stdio, fd, settings, lifeline, worker, codeFollows }: Start,
  pair: [number, number],
): NodeChildProcess {
  const [ours, theirs] = pair;
  const peerInode = inodeOf(theirs);
  let child: NodeChildProcess;
  try {
    const places = ArrayPrototypeSlice(stdio);
    places[fd] = theirs;
    lifeline?.lend(places);
    const all = { __proto__: null, ...options, stdio: places as StdioOptions } as SpawnOptions;
    // A copy of ours, which has all that the child gets.
    if (settings.wire === 'node' && all.env) all.env[PARENT] = nameParent(peerInode, settings.serialization);
    child = shared.stock.spawn(file, args as string[], all);
  } catch (error) {
    native().closeFd(ours);
    lifeline?.cut();
    throw error;
  } finally {
    native().closeFd(theirs);
    lifeline?.lent();
  }
  if (codeFollows === true && child.pid !== undefined) sendCodeLate(ours);
  lifeline?.attachTo(child);
  const endpoint = attachTo(child, ours, settings, peerInode, lifeline?.cut);
  if (worker === true && endpoint !== undefined) loadCluster().distribute(endpoint);
  return child;
}

/**
 * Joins a channel to a child.
 * @throws what opening the channel throws; the child is killed then
 */
export function attachTo(
  child: NodeChildProcess,
  ours: number,
  settings: Settings,
  peerInode: number | undefined,
  onExit?: () => void,
): Endpoint | undefined {
  try {
    const endpoint = attach(child, ours, settings, true, delayClose(child), onExit);
    if (peerInode !== undefined) endpoint.native.setPeerInode(peerInode);
    if (isWindows && child.pid !== undefined) endpoint.native.setPeer(child.pid);
    return endpoint;
  } catch (error) {
    // Node's handle of a child that did not start has the pid 0, with which kill() would signal this process's whole
    // group. As on the built-in channel, the child's 'error' event says why it did not start, and it has no send().
    if (child.pid === undefined) return undefined;
    child.kill('SIGKILL'); // nothing could talk to it
    throw error;
  }
}

export function mark(child: NodeChildProcess, wire: Wire, why: string, ending?: Ending): ChildProcess {
  if (isTraced()) traceOf(child)?.start(wire, why);
  defineDispose(child, ending);
  if (wire === 'stock' && typeof child.send === 'function')
    defineSendMany(child, sendSingly.bind(undefined, child));
  // Not enumerable: a ChildProcess that is printed or copied looks as Node's does.
  const descriptor = { __proto__: null, value: wire, configurable: true };
  return ObjectDefineProperty(child, 'wire', descriptor) as ChildProcess;
}
