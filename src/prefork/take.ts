// Turns a spare into the child that fork() returns.
import type { ChildProcess as NodeChildProcess } from 'node:child_process';
import type { ChildProcess } from '../child-types.js';
import { native, nativePath } from '../addon/native.js';
import { statSync } from '../platform/files.js';
import { BufferFrom, BufferPrototypeToString, JSONStringify, nextTick } from '../platform/primordials.js';
import { followContext } from './context.js';
import { limit } from './limits.js';
import type { Lifeline } from '../start/lifeline.js';
import type { Kind } from './kind.js';
import type { Program } from './program.js';
import type { Spare } from './spare.js';
import type { Starter } from './starter.js';
import { descriptorOf, kindOf } from './stdio.js';

/** Returns the child, or why the spare cannot be it. `undefined`: the spare is gone. */
export function take(spare: Spare, wanted: Kind, starter: Starter): ChildProcess | string | undefined {
  const { request, cwd } = wanted;
  if (!isDirectory(cwd)) return 'cwd is not a directory';
  const numbers: number[] = [];
  const handles: number[] = [];
  const pair = starter.createPair();
  if (pair === undefined) return 'there are no descriptors left';
  const [ours, theirs] = pair;
  const peerInode = starter.inodeOf(theirs);
  let lifeline: Lifeline | undefined;
  let taken: boolean | string = false;
  try {
    lifeline = starter.lifelineOf(request);
    taken =
      collect(request.stdio, theirs, numbers, handles) ??
      give(spare, wanted, { numbers, handles, lifeline }, starter);
  } catch (error) {
    taken = (error as Error).message;
  } finally {
    native().closeFd(theirs);
    lifeline?.lent();
  }
  if (taken !== true) {
    native().closeFd(ours);
    lifeline?.cut();
    return taken === false ? undefined : taken;
  }
  const { child } = spare;
  (child as { spawnargs: string[] }).spawnargs = [
    child.spawnargs[0] as string,
    ...request.execArgv,
    request.modulePath,
    ...(request.args as string[]),
  ];
  followContext(child);
  const equipped = starter.equip(child, request, ours, peerInode, lifeline?.cut);
  limit(child, request.options);
  nextTick(emitSpawn, child);
  return equipped;
}

function emitSpawn(child: NodeChildProcess): void {
  child.emit('spawn');
}

interface Descriptors {
  /** The numbers that `handles` get in the child. */
  readonly numbers: number[];
  readonly handles: number[];
  readonly lifeline: Lifeline | undefined;
}

/** @returns what handOver() of the spare returns, or why this program cannot be given to it. @throws what handOver() throws */
function give(
  spare: Spare,
  { request, cwd, env, identity }: Kind,
  { numbers, handles, lifeline }: Descriptors,
  starter: Starter,
): boolean | string {
  const program: Program = {
    modulePath: wellFormed(request.modulePath),
    args: (request.args as string[]).map(wellFormed),
    cwd,
    env,
    umask: identity.umask,
    numbers,
    channel: { ...starter.describe(request), addon: nativePath() },
    ...(lifeline !== undefined && { graceMs: lifeline.handoff.graceMs }),
  };
  const text = JSONStringify(program);
  if (text.includes(String.raw`\u0000`)) return 'Node has to judge a NUL';
  return spare.handOver(text, lifeline === undefined ? handles : [...handles, lifeline.theirs]);
}

/** A lone surrogate is replaced, as on every command line. */
function wellFormed(text: string): string {
  return BufferPrototypeToString(BufferFrom(text));
}

/** Fills in the descriptors of the child and their numbers there. Returns what is wrong with one. */
function collect(
  stdio: readonly unknown[],
  theirs: number,
  numbers: number[],
  handles: number[],
): string | undefined {
  for (let position = 0; position < stdio.length; position++) {
    const entry = stdio[position];
    const kind = kindOf(entry, position);
    if (kind !== 'channel' && kind !== 'given') continue;
    const fd = kind === 'channel' ? theirs : descriptorOf(entry, position);
    if (fd === undefined) return 'Node has to judge its stdio';
    numbers.push(position);
    handles.push(fd);
  }
  return undefined;
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
