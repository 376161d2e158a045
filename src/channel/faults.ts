// Faults that cost one message or handle each. A peer can send them cheaply, so the first are reported one by one, the
// others are counted, and too many of them end the channel.
import { furtherFaults, tooManyFaults } from '../errors.js';
import type { Failures } from './failures.js';
import type { Monitor } from '../observe/monitor.js';

/** Faults of one channel that are reported one by one. */
const REPORTED = 10;

/** Faults that end a channel. */
const LIMIT = 1000;

export interface FaultsOwner {
  readonly monitor: Monitor;
  readonly failures: Failures;
  /** The limit is reached: the channel is to close, and to report this. */
  onTooManyFaults(error: Error, faults: number): void;
}

export class Faults {
  readonly #owner: FaultsOwner;
  #found = 0;
  #told = false;

  constructor(owner: FaultsOwner) {
    this.#owner = owner;
  }

  /** Whether nothing more of this peer is read. */
  get exhausted(): boolean {
    return this.#found >= LIMIT;
  }

  /** Counts a fault. Returns the error that reports it, and undefined if it is only counted. */
  count<T extends Error>(describe: () => T): T | undefined {
    if (this.exhausted) return undefined;
    this.#found += 1;
    if (this.#found <= REPORTED) return describe();
    this.#owner.monitor.faultCounted();
    return undefined;
  }

  /** Ends the channel if the limit is reached. To be called when what came before the last fault is delivered. */
  check(): void {
    if (!this.exhausted || this.#told) return;
    this.#told = true;
    this.#owner.onTooManyFaults(tooManyFaults(LIMIT), this.#found - REPORTED);
  }

  /** The channel has ended: reports how many faults were only counted. */
  close(): void {
    const further = this.#found - REPORTED;
    if (this.#told || further <= 0) return;
    this.#told = true;
    this.#owner.failures.summarized(furtherFaults(further, REPORTED), further);
  }
}
