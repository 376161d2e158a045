// Those who wait for a pool to be ready.
import { clearInterval, setInterval } from 'node:timers';
import { Promise } from '../platform/primordials.js';

/** Milliseconds of a timer that only keeps the event loop running: nothing of a pool does that by itself. */
const LONG = 2 ** 30;

export class Waiters {
  #list: (() => void)[] = [];

  get any(): boolean {
    return this.#list.length > 0;
  }

  add(): Promise<void> {
    return new Promise((resolve) => {
      const held = setInterval(() => {}, LONG);
      this.#list.push(() => {
        clearInterval(held);
        resolve();
      });
    });
  }

  wake(): void {
    for (const resolve of this.#list.splice(0)) resolve();
  }
}
