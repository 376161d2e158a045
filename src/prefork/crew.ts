// The children of a pool that run.
import type { ChildProcess } from '../child-types.js';
import { isCrowded } from './crowd.js';

export class Crew {
  #children: ChildProcess[] = [];

  add(child: ChildProcess): void {
    this.#forgetEnded();
    if (child.pid !== undefined) this.#children.push(child);
  }

  /** Whether there are any, and they or others need all processors. */
  isBusy(): boolean {
    this.#forgetEnded();
    return this.#children.length > 0 && isCrowded(this.#children.map(({ pid }) => pid as number));
  }

  /** A listener for the end of each would be seen. */
  #forgetEnded(): void {
    this.#children = this.#children.filter(
      ({ exitCode, signalCode }) => exitCode === null && signalCode === null,
    );
  }
}
