// What prefork() takes and returns.
import type { ChildProcess } from './child-types.js';
import type { ForkOptions } from './types.js';

/** The options of {@link prefork}: those of `fork()`, for the spares and for each child, and these. */
export interface PreforkOptions extends ForkOptions {
  /** How many spares wait at a time: an integer from 1 to 1,024. Each costs memory: see docs/prefork.md. */
  count: number;
  /** The file that the children run, if `fork()` is not given one. */
  modulePath?: string | URL | undefined;
  /**
   * Modules that a spare loads while it waits: paths, `file:` URLs or the names of packages, looked up from the working
   * directory of the spare, as `--require` does. ES modules too, unless they use a top-level `await`. A module runs before the
   * arguments, environment and channel of the child are there, so it should only define things.
   * @default []
   */
  preload?: readonly (string | URL)[] | undefined;
}

/** What {@link Workers.stats} returns. The counts are since the call of `prefork()`. */
export interface PreforkStats {
  /** Spares that wait for a program. */
  readonly waiting: number;
  /** Spares that are being started: 0 or 1. */
  readonly starting: number;
  /** Children that were a spare. */
  readonly warm: number;
  /** Children that were started by an ordinary `fork()`. */
  readonly cold: number;
  /** Why children were started cold, and how many for each reason. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Spares that could not be started, or ended while they waited. */
  readonly lost: number;
  /** Why the last one of them was lost. */
  readonly lastLoss: string | undefined;
}

/** Processes that wait for their program: see {@link prefork}. */
export interface Workers extends AsyncDisposable {
  /**
   * Starts a child, as `fork()` does. It takes a spare if one waits and fits: see docs/prefork.md. Otherwise it is an ordinary
   * `fork()`.
   *
   * @param modulePath the file that the child runs; by default the one of `prefork()`
   * @param args the child's arguments
   * @param options those of `fork()`; what is absent is taken from the options of `prefork()`
   * @throws what `fork()` throws
   */
  fork(modulePath?: string | URL, args?: readonly string[], options?: ForkOptions): ChildProcess;
  /** The same, without arguments. */
  fork(modulePath: string | URL | undefined, options: ForkOptions): ChildProcess;
  /** What has happened so far. */
  stats(): PreforkStats;
  /**
   * Fulfilled once `count` spares wait, after `close()`, or at once if there can be none here. Rejected with ERR_FORKWIRE_NO_SPARE if the last
   * spare could not be started. The wait keeps this process alive, and has spares started without waiting for free processors.
   */
  ready(): Promise<void>;
  /**
   * Ends the spares, and is fulfilled once they are gone. Children are left alone. A later `fork()` is an ordinary one.
   */
  close(): Promise<void>;
}

/** What dist/extra.js has of this. `starter` is a Starter of src/prefork/, from the bundle that forks. */
export interface Spares {
  prefork(starter: object, options: PreforkOptions): Workers;
  fork(starter: object, modulePath: unknown, args: unknown, options: unknown): ChildProcess;
}
