// What starting a child takes, from the bundle that forks.
import type { ChildProcess as NodeChildProcess } from 'node:child_process';
import type { ChildProcess } from '../child-types.js';
import type { ForkRequest } from '../start/fork-request.js';
import type { Lifeline } from '../start/lifeline.js';

export interface Starter {
  /** An ordinary fork(). */
  forkCold(modulePath: unknown, args: unknown, options: unknown): ChildProcess;
  /**
   * The arguments of fork(). Undefined if Node refuses them.
   * @throws ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE for the options that are forkwire's own
   */
  read(modulePath: unknown, args: unknown, options: unknown): ForkRequest | undefined;
  /** Why a child would not get the native wire. Undefined if it would. */
  whyNotNative(request: ForkRequest): string | undefined;
  /** The environment that a child's program finds, as Node would pass it on. */
  environment(env: NodeJS.ProcessEnv): Record<string, string>;
  /** Two connected sockets. Undefined if there are no descriptors left. */
  createPair(): [number, number] | undefined;
  /** Starts a process that waits at the second of two connected sockets. */
  startSpare(
    request: ForkRequest,
    stdio: readonly unknown[],
    preload: readonly string[],
    pair: readonly [number, number],
  ): NodeChildProcess;
  /** What a child is told of its channel. */
  describe(request: ForkRequest): object;
  /** What makes a child end with this process. Undefined if it is to live on. @throws EMFILE, ENFILE */
  lifelineOf(request: ForkRequest): Lifeline | undefined;
  /** Joins a channel to a child, whose end of it is `theirs`. @throws what attaching throws; the child is killed then */
  equip(
    child: NodeChildProcess,
    request: ForkRequest,
    ours: number,
    peerInode: number | undefined,
    onExit: (() => void) | undefined,
  ): ChildProcess;
  /**
   * Runs in an async context that belongs to no fork(): what is started there must not keep what a program stored in its own.
   */
  apart<T>(step: () => T): T;
  inodeOf(fd: number): number | undefined;
  /** Prints a line if FORKWIRE_DEBUG asks for channels. */
  say(text: string): void;
}
