// The workers of a bridge: started, started again, and ended.
import type { ChildProcess } from '../child-types.js';
import type * as Index from '../index.js';
import {
  ArrayPrototypeIndexOf,
  ArrayPrototypePush,
  ArrayPrototypeSplice,
  MathMin,
  Promise,
  SafeSet,
  clearTimeout,
  now,
  setTimeout,
} from '../platform/primordials.js';
import type { Workers } from '../prefork-types.js';
import type { ChannelControl } from '../control-types.js';
import type { BridgeOptions } from './bridge-options.js';
import type { NatsWorkerExit } from './bridge-types.js';

export interface Worker {
  readonly child: ChildProcess;
  readonly channel: ChannelControl;
  /** Requests that it works on. */
  running: number;
  /** It takes no more messages for now. */
  full: boolean;
}

export interface StaffEvents {
  /** A worker has come or gone. */
  onChange(): void;
  onStart(worker: Worker): void;
  onExit(exit: NatsWorkerExit): void;
  onError(error: Error): void;
}

/** Milliseconds before a worker is replaced that has not lived for long. They double with each one. */
const FIRST_DELAY = 100;
const LONGEST_DELAY = 30_000;
/** Milliseconds after which a worker has lived for long. */
const LONG = 10_000;

export class Staff {
  readonly all: Worker[] = [];
  restarts = 0;
  readonly #file: string | URL;
  readonly #options: BridgeOptions;
  readonly #events: StaffEvents;
  readonly #spares: Workers | undefined;
  readonly #timers = new SafeSet<NodeJS.Timeout>();
  #delay = FIRST_DELAY;
  #closing = false;

  constructor(file: string | URL, options: BridgeOptions, events: StaffEvents) {
    this.#file = file;
    this.#options = options;
    this.#events = events;
    const { prefork: count, fork } = options;
    if (count > 0) this.#spares = index().prefork({ ...fork, count, modulePath: file });
  }

  /** @throws what fork() throws */
  start(): void {
    const { args, fork } = this.#options;
    const child: ChildProcess =
      this.#spares === undefined
        ? index().fork(this.#file, args, fork)
        : this.#spares.fork(this.#file, args, fork);
    const { channel } = child;
    const startedAt = now();
    child.on('error', (error) => this.#events.onError(error));
    // It could not be started, and 'error' says why.
    if (channel === null || channel === undefined) {
      this.#again(startedAt);
      return;
    }
    const worker: Worker = { child, channel, running: 0, full: false };
    ArrayPrototypePush(this.all, worker);
    child.once('exit', (code, signal) => this.#onExit(worker, startedAt, code, signal));
    child.once('disconnect', () => this.#remove(worker));
    child.on('drain', () => (worker.full = false));
    this.#events.onStart(worker);
    this.#events.onChange();
  }

  #remove(worker: Worker): void {
    const at = ArrayPrototypeIndexOf(this.all, worker);
    if (at === -1) return;
    ArrayPrototypeSplice(this.all, at, 1);
    this.#events.onChange();
  }

  #onExit(worker: Worker, startedAt: number, code: number | null, signal: NodeJS.Signals | null): void {
    this.#remove(worker);
    if (this.#closing) return;
    const { child } = worker;
    this.#events.onExit({ child, code, signal, delay: this.#again(startedAt) });
  }

  /** Starts another in place of one that was started then. Returns in how many milliseconds. */
  #again(startedAt: number): number {
    if (now() - startedAt >= LONG) this.#delay = FIRST_DELAY;
    const delay = now() - startedAt >= LONG ? 0 : this.#delay;
    this.#delay = MathMin(this.#delay * 2, LONGEST_DELAY);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.restarts += 1;
      try {
        this.start();
      } catch (error) {
        this.#events.onError(error as Error);
        this.#again(now());
      }
    }, delay);
    this.#timers.add(timer);
    return delay;
  }

  /** The one with the least to do, if one has room. */
  freest(): Worker | undefined {
    let found: Worker | undefined;
    for (let at = 0; at < this.all.length; at++) {
      const worker = this.all[at] as Worker;
      // The event that removes it may be yet to come.
      if (!worker.child.connected) continue;
      if (worker.running < (found?.running ?? this.#options.concurrency)) found = worker;
    }
    return found;
  }

  /** No worker is started any more. */
  stop(): void {
    this.#closing = true;
    this.#timers.forEach((timer) => clearTimeout(timer));
    this.#timers.clear();
  }

  kill(): void {
    for (let at = 0; at < this.all.length; at++) this.all[at]?.child.kill('SIGKILL');
  }

  /** Ends the workers: fulfilled once they have exited. */
  async end(): Promise<void> {
    const ends: Promise<void>[] = [];
    for (let at = 0; at < this.all.length; at++)
      ArrayPrototypePush(ends, (this.all[at] as Worker).child[Symbol.asyncDispose]());
    await Promise.all(ends);
    await this.#spares?.close();
  }
}

function index(): typeof Index {
  return require('../index.js') as typeof Index;
}
