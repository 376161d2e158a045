// What natsBridge() takes and returns.
import type { EventEmitter } from 'node:events';
import type { ChildProcess } from '../child-types.js';
import type { Handler } from '../request-types.js';
import type { ForkOptions } from '../types.js';
import type { NatsPortOptions } from './types.js';

/** The fourth argument of `natsBridge()`. */
export interface NatsBridgeOptions extends NatsPortOptions {
  /**
   * How many workers are forked: an integer from 1 to 1,024.
   * @default as many as there are processors
   */
  workers?: number | undefined;
  /**
   * How many requests each worker gets at once: an integer from 1 to 65,536.
   * @default 16
   */
  concurrency?: number | undefined;
  /**
   * How many processes wait to replace a worker that has died: an integer from 0 to 1,024. See docs/prefork.md.
   * @default 0
   */
  prefork?: number | undefined;
  /** The arguments of the workers. */
  args?: readonly string[] | undefined;
  /** The options of `fork()` for the workers. Their `serialization` is `'advanced'` by default. */
  fork?: ForkOptions | undefined;
  /**
   * Passes messages of the subject on, too: to one worker if there is a queue, otherwise to all of them. They need a `'message'`
   * listener then: without one, their requests get stuck behind the messages.
   * @default false
   */
  messages?: boolean | undefined;
  /** Answers what the workers ask with `process.channel.request()`. */
  serve?: Handler | undefined;
  /**
   * Milliseconds that `close()` waits for requests under way: an integer from 0 to 2,147,483,647. The workers are then killed, and
   * the requests reject with `ERR_FORKWIRE_PEER_GONE`.
   * @default 30000
   */
  drainTimeout?: number | undefined;
}

/** What {@link NatsBridge.stats} returns. */
export interface NatsBridgeStats {
  /** Workers that run. */
  readonly workers: number;
  /** Workers that were started in place of one that had died. */
  readonly restarts: number;
  /** Requests that the workers work on, or that wait for one of them. */
  readonly serving: number;
  /** Messages that were dropped because no worker took them. */
  readonly dropped: number;
}

/** How a worker ended that was not told to. */
export interface NatsWorkerExit {
  /** Its process. */
  readonly child: ChildProcess;
  /** Its exit code. `null` if a signal ended it. */
  readonly code: number | null;
  /** The signal that ended it. */
  readonly signal: NodeJS.Signals | null;
  /** Milliseconds until the next one is started. */
  readonly delay: number;
}

/**
 * Workers of this machine that answer the requests of a subject.
 *
 * Events: `'message'` with what a worker sends, and its ChildProcess; `'restart'` with a {@link NatsWorkerExit} when a worker has ended
 * by itself; `'error'` if the server refuses what the bridge needs, or a worker cannot be started; `'close'`.
 */
export interface NatsBridge extends EventEmitter {
  /** The processes of the workers that run. */
  readonly workers: readonly ChildProcess[];
  /** What has happened so far. */
  stats(): NatsBridgeStats;
  /**
   * Takes no further requests, waits for those that were taken, and ends the workers. Fulfilled when the server has the answers and the
   * workers have exited. The connection stays open.
   */
  close(): Promise<void>;
  /** As `close()`. */
  [Symbol.asyncDispose](): Promise<void>;
}
