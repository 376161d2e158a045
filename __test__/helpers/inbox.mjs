import { nameOf, waitingFor } from './waits.mjs';

/**
 * Collects everything that a child sends from now on, in order, with one permanent listener. A wait fails when
 * the child has closed, rather than hanging.
 */
export class Inbox {
  #entries = [];
  #emitter;
  #event;
  #waiting;
  #over = false;

  constructor(emitter, event = 'message') {
    this.#emitter = emitter;
    this.#event = event;
    emitter.on(event, (message, handle) => this.#add({ message, handle }));
    emitter.once('close', () => {
      this.#over = true;
      this.#settle();
    });
  }

  /** The next message. */
  async next() {
    return (await this.nextWithHandle()).message;
  }

  /** The next message and the handle that came with it. */
  async nextWithHandle() {
    const [entry] = await this.#takeEntries(1);
    return entry;
  }

  /** The next `count` messages. */
  async take(count) {
    return (await this.#takeEntries(count)).map(({ message }) => message);
  }

  /** Messages that have arrived and were not taken. */
  get waiting() {
    return this.#entries.map(({ message }) => message);
  }

  #add(entry) {
    this.#entries.push(entry);
    this.#settle();
  }

  #takeEntries(count) {
    const entries = new Promise((resolve, reject) => {
      this.#waiting = { count, resolve, reject };
      this.#settle();
    });
    return waitingFor(this.#describe(count), entries);
  }

  #describe(count) {
    const come = Math.min(this.#entries.length, count);
    return `${count - come} of ${count} '${this.#event}' of ${nameOf(this.#emitter)}`;
  }

  #settle() {
    if (this.#waiting === undefined) return;
    const { count, resolve, reject } = this.#waiting;
    if (this.#entries.length >= count) {
      this.#waiting = undefined;
      resolve(this.#entries.splice(0, count));
    } else if (this.#over) {
      this.#waiting = undefined;
      reject(new Error(`the child closed after ${this.#entries.length} of ${count} messages`));
    }
  }
}
