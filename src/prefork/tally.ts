// The counts of a pool.
import { SafeMap } from '../platform/primordials.js';

/** Different reasons that are counted: names of variables are in them. */
const MOST_REASONS = 64;

export class Tally {
  warm = 0;
  cold = 0;
  losses = 0;
  lastLoss: string | undefined;
  readonly #reasons = new SafeMap<string, number>();

  /** A child was started cold. */
  count(why: string): void {
    this.cold += 1;
    const name = this.#reasons.has(why) || this.#reasons.size < MOST_REASONS ? why : 'other reasons';
    this.#reasons.set(name, (this.#reasons.get(name) ?? 0) + 1);
  }

  lost(why: string): void {
    this.losses += 1;
    this.lastLoss = why;
  }

  get reasons(): Record<string, number> {
    const counts = { __proto__: null } as unknown as Record<string, number>;
    this.#reasons.forEach((count, why) => (counts[why] = count));
    return counts;
  }
}
