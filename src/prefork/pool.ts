// Keeps spares of one kind, and hands them out.
import type { ChildProcess } from '../child-types.js';
import { MathMin, Promise } from '../platform/primordials.js';
import type { ForkRequest } from '../start/fork-request.js';
import { Crew } from './crew.js';
import { noSpare } from './errors.js';
import { whenIdle } from './idle.js';
import { essenceOf, kindOf, whyNoSpare, whyNoWorker, whyNot, whyNotProgram } from './kind.js';
import type { Kind } from './kind.js';
import { Spare } from './spare.js';
import type { Starter } from './starter.js';
import { take } from './take.js';
import { Tally } from './tally.js';
import { Waiters } from './waiters.js';

/** Milliseconds after a spare was lost, doubled with each that follows. */
const [FIRST_PAUSE, LONGEST_PAUSE] = [100, 30_000];

export class Pool {
  readonly tally = new Tally();
  readonly #starter: Starter;
  readonly #count: number;
  readonly #preload: readonly string[];
  /** The oldest first. */
  #spares: Spare[] = [];
  /** How spares are started. Undefined: not at all. */
  #request: ForkRequest | undefined;
  /** Present while the next start waits for its time. */
  #stopWait: (() => void) | undefined;
  /** Spares lost since one was taken. */
  #losses = 0;
  /** The last start failed. */
  #failed = false;
  #closed = false;
  readonly #waiters = new Waiters();
  readonly #crew = new Crew();

  constructor(starter: Starter, count: number, preload: readonly string[]) {
    this.#starter = starter;
    this.#count = count;
    this.#preload = preload;
  }

  get waiting(): number {
    return this.#spares.filter(({ ready }) => ready).length;
  }

  get starting(): number {
    return this.#spares.length - this.waiting;
  }

  /** Whether a caller of ready() need not wait. */
  get #settled(): boolean {
    return this.#closed || this.#request === undefined || this.waiting >= this.#count || this.#failed;
  }

  /** From now on spares are started as this request asks for. Those that are not so end. */
  want(request: ForkRequest): void {
    if (this.#closed) return;
    const kind = kindOf(request, this.#starter);
    const none = whyNoSpare(kind, this.#starter);
    if (none !== undefined) {
      this.#starter.say(`prefork: no spares: ${none}`);
      return;
    }
    this.#request = essenceOf(request);
    this.#endOthers(kind);
    this.#refill();
  }

  /** A child from a spare, or why there is none. */
  fork(request: ForkRequest): ChildProcess | string {
    let why = this.#closed ? 'the pool is closed' : whyNotProgram(request);
    if (why !== undefined) return why;
    const wanted = kindOf(request, this.#starter);
    why = whyNoSpare(wanted, this.#starter) ?? whyNoWorker(wanted, this.#preload);
    if (why !== undefined) return why;
    if (this.#spares.length === 0) why = this.#whyNever(wanted);
    for (const spare of this.#inOrder()) {
      const differs = whyNot(spare.kind, wanted);
      const child = differs ?? take(spare, wanted, this.#starter);
      if (typeof child === 'string') {
        why ??= child;
        continue;
      }
      this.#remove(spare);
      // A spare that is gone reports that itself, and another one may be there.
      if (child === undefined) continue;
      this.tally.warm += 1;
      this.#losses = 0;
      this.#crew.add(child);
      this.#refill();
      return child;
    }
    if (this.#request !== undefined) this.#endOthers(kindOf(this.#request, this.#starter));
    this.#refill();
    return why ?? 'no spare waits';
  }

  /** A child of this pool was started cold. */
  countCold(child: ChildProcess, why: string): void {
    this.tally.count(why);
    this.#starter.say(`prefork: starts cold: ${why}`);
    this.#crew.add(child);
  }

  /** @returns a promise that is rejected with ERR_FORKWIRE_NO_SPARE if the last start failed */
  async ready(): Promise<void> {
    if (!this.#settled) await this.#waiters.add();
    if (this.#failed && !this.#closed) throw noSpare(this.tally.lastLoss as string);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stopWait?.();
    this.#wake();
    await this.#endAll();
  }

  /** Why the spares that are started would not fit either. */
  #whyNever(wanted: Kind): string | undefined {
    return this.#request === undefined ? undefined : whyNot(kindOf(this.#request, this.#starter), wanted);
  }

  /** The spares that can be taken: those that wait, and then those that will, without loading anything that could fail. */
  #inOrder(): Spare[] {
    const waiting = this.#spares.filter(({ ready }) => ready);
    return this.#preload.length > 0 ? waiting : [...waiting, ...this.#spares.filter(({ ready }) => !ready)];
  }

  /** Ends the spares that were started otherwise than `kind` says: the program has changed its environment, for example. */
  #endOthers(kind: Kind): void {
    for (const spare of this.#spares) {
      if (whyNot(spare.kind, kind) === undefined) continue;
      this.#remove(spare);
      void spare.kill();
    }
  }

  #remove(spare: Spare): void {
    this.#spares = this.#spares.filter((other) => other !== spare);
  }

  async #endAll(): Promise<void> {
    const spares = this.#spares;
    this.#spares = [];
    await Promise.all(spares.map((spare) => spare.kill()));
  }

  /** Starts the next spare, if one is missing, when the event loop and a processor are idle. */
  #refill(): void {
    if (this.#closed || this.#request === undefined || this.#stopWait !== undefined) return;
    if (this.starting > 0 || this.#spares.length >= this.#count) return;
    const pause = this.#losses === 0 ? 0 : MathMin(FIRST_PAUSE * 2 ** (this.#losses - 1), LONGEST_PAUSE);
    this.#stopWait = this.#starter.apart(() => whenIdle(() => this.#start(), pause, this.#hasToWait));
  }

  /** Whoever calls ready() wants spares now, and the first ones are not in anybody's place. */
  readonly #hasToWait = (): boolean => !this.#waiters.any && this.#crew.isBusy();

  #start(): void {
    this.#stopWait = undefined;
    try {
      const kind = kindOf(this.#request as ForkRequest, this.#starter);
      this.#spares.push(new Spare(kind, this.#preload, this.#starter, this));
    } catch (error) {
      this.#failed = true;
      this.#lost((error as Error).message);
    }
  }

  onReady(): void {
    this.#failed = false;
    this.#wake();
    this.#refill();
  }

  onLost(spare: Spare, why: string): void {
    this.#remove(spare);
    this.#failed ||= !spare.ready;
    this.#lost(why);
  }

  #lost(why: string): void {
    this.#losses += 1;
    this.tally.lost(why);
    this.#starter.say(`prefork: a spare was lost: ${why}`);
    this.#wake();
    this.#refill();
  }

  #wake(): void {
    if (this.#settled) this.#waiters.wake();
  }
}
