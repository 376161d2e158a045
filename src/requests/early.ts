// Requests on Node's wire that were made before the other program has announced that it has forkwire.
import { SafeMap, clearTimeout, setTimeout } from '../platform/primordials.js';
import { notAnnounced } from './errors.js';
import type { Pending } from './pending.js';
import type { RequestEnd } from './request-wire.js';

/**
 * Milliseconds that a program has to announce itself, from the first request on. Loading it may take a while, with a transpiler for
 * example. A program without forkwire never does.
 */
const PATIENCE = 5000;

export class Early {
  /** The other program had its time. A later announcement counts all the same. */
  over = false;
  readonly #waiting = new SafeMap<Pending, () => void>();
  readonly #end: RequestEnd;
  #timer: NodeJS.Timeout | undefined;

  constructor(end: RequestEnd) {
    this.#end = end;
  }

  get busy(): boolean {
    return this.#waiting.size > 0;
  }

  has(pending: Pending): boolean {
    return this.#waiting.has(pending);
  }

  add(pending: Pending, send: () => void): void {
    this.#waiting.set(pending, send);
    if (this.#waiting.size > 1) return;
    this.#timer = setTimeout(() => this.#giveUp(), PATIENCE);
    this.#end.updateHold();
    // Until they are sent or given up, disconnect() waits.
    this.#end.beginSend();
  }

  /** Returns whether it was there. */
  remove(pending: Pending): boolean {
    const removed = this.#waiting.delete(pending);
    if (removed && !this.busy) this.#rest();
    return removed;
  }

  /** Takes each, in the order of the calls. */
  release(take: (pending: Pending, send: () => void) => void): void {
    if (!this.busy) return;
    this.#waiting.forEach((send, pending) => {
      // Taking one may run code of the program, which may give up others.
      if (this.#waiting.delete(pending)) take(pending, send);
    });
    this.#rest();
  }

  rejectAll(reason: () => Error): void {
    this.release((pending) => pending.reject(reason()));
  }

  #giveUp(): void {
    this.over = true;
    this.rejectAll(notAnnounced);
  }

  /** Nothing waits any more. */
  #rest(): void {
    clearTimeout(this.#timer);
    this.#end.updateHold();
    this.#end.endSend();
  }
}
