// Faults of single messages or handles. A peer can send them cheaply. So the first ones are reported one by one, the others
// are counted, and too many of them end the channel.
import { furtherFaults, tooManyFaults } from '../errors.js';
import type { Failures } from './failures.js';
import type { Monitor } from '../observe/monitor.js';

/** How many faults of a channel are reported one by one. */
const REPORTED = 10;

/** How many faults end a channel. */
const LIMIT = 1000;

export interface FaultsOwner {
  readonly monitor: Monitor;
  readonly failures: Failures;
  /** The limit is reached. The channel should close and report this. */
  onTooManyFaults(error: Error, faults: number): void;
}

export class Faults {
  readonly #owner: FaultsOwner;
  #found = 0;
  #told = false;

  constructor(owner: FaultsOwner) {
    this.#owner = owner;
  }

  /** Whether reading from this peer has stopped. */
  get exhausted(): boolean {
    return this.#found >= LIMIT;
  }

  /** Counts a fault. Returns the error that reports it, or undefined if it is only counted. */
  count<T extends Error>(describe: () => T): T | undefined {
    if (this.exhausted) return undefined;
    this.#found += 1;
    if (this.#found <= REPORTED) return describe();
    this.#owner.monitor.faultCounted();
    return undefined;
  }

  /** Ends the channel if the limit is reached. Call it when everything before the last fault has been delivered. */
  check(): void {
    if (!this.exhausted || this.#told) return;
    this.#told = true;
    this.#owner.onTooManyFaults(tooManyFaults(LIMIT), this.#found - REPORTED);
  }

  /** The channel has ended. Reports how many faults were only counted. */
  close(): void {
    const further = this.#found - REPORTED;
    if (this.#told || further <= 0) return;
    this.#told = true;
    this.#owner.failures.summarized(furtherFaults(further, REPORTED), further);
  }
}
