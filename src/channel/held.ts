// What was received and has not been delivered.
import { Fifo } from './fifo.js';

export interface Held {
  message: unknown;
  handle: unknown;
  /** Set if this is the place of a message that could not be read. */
  readonly fault: Error | undefined;
  /** False while its handles are being set up. */
  ready: boolean;
  /** Called right before the program gets the handle. */
  handOver?: () => void;
}

export class HeldMessages extends Fifo<Held> {
  add(message: unknown, handle?: unknown, fault?: Error, ready = true): Held {
    const held: Held = { message, handle, fault, ready };
    this.push(held);
    return held;
  }

  /** Adds the messages from `from` on. */
  addAll(messages: readonly unknown[], from = 0): void {
    for (let at = from; at < messages.length; at++) this.add(messages[at]);
  }
}
