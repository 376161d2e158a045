// Answers to what the other process asks of itself about sockets. The program does not know of them, and cannot hold
// them back: they honour the backlog by themselves, or a process that asks and never reads would fill this one's memory.
import { SafeMap } from '../platform/primordials.js';

/** The channel, as answers use it. */
export interface Answering {
  readonly connected: boolean;
  /** Sends a message of the channel's own. False: the backlog is full, and the next one should wait until it is empty. */
  sendInternal(message: object): boolean;
}

/** Characters of the names of answers that wait. A program has a few servers; what goes beyond this is not answered. */
const MOST = 1 << 16;

export class Answers {
  readonly #channel: Answering;
  readonly #waiting = new SafeMap<string, () => object>();
  #length = 0;
  #full = false;

  constructor(channel: Answering) {
    this.#channel = channel;
  }

  /** Sends what `answer` returns, now or when the other process has read what it was sent. One of a name waits once. */
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
