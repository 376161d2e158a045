// Answers to questions about sockets that the other process asks on its own. The program does not see them and cannot hold
// them back, so they respect the backlog themselves. Otherwise a process that asks and never reads would fill this one's memory.
import { SafeMap } from '../platform/primordials.js';

/** What answers need from the channel. */
export interface Answering {
  readonly connected: boolean;
  /** Sends an internal message. False if the backlog is full; the next message should wait until it is empty. */
  sendInternal(message: object): boolean;
}

/** The most characters in the names of waiting answers. A program has a few servers; anything beyond this is not answered. */
const MOST = 1 << 16;

export class Answers {
  readonly #channel: Answering;
  readonly #waiting = new SafeMap<string, () => object>();
  #length = 0;
  #full = false;

  constructor(channel: Answering) {
    this.#channel = channel;
  }

  /** Sends what `answer` returns: now, or once the other process has read its backlog. Of each name, one answer waits. */
  give(name: string, answer: () => object): void {
    if (!this.#channel.connected) return;
    if (!this.#full) this.#full = !this.#channel.sendInternal(answer());
    else if (!this.#waiting.has(name) && this.#length + name.length <= MOST) {
      this.#waiting.set(name, answer);
      this.#length += name.length;
    }
  }

  /** The backlog is empty. */
  onDrain(): void {
    this.#full = false;
    this.#waiting.forEach((answer, name) => {
      if (this.#full) return;
      this.#waiting.delete(name);
      this.#length -= name.length;
      this.give(name, answer);
    });
  }
}
