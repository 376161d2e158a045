// A request over NATS that awaits its answer.
import type { Pending } from '../requests/pending.js';
import type { Expecting } from './link.js';
import type { NatsMessage } from './types.js';

export interface CallEvents {
  onMessage(call: Call, message: NatsMessage): void;
  onHeartbeat(call: Call): void;
}

export class Call implements Expecting {
  id = 0;
  reply = '';
  /** It was published, and has neither been answered nor declined. */
  sent = false;
  over = false;
  /** The tick in which something of it was last heard. */
  heardAt = 0;
  readonly pending: Pending;
  /** Kept, since a worker may decline it. */
  readonly payload: Buffer;
  readonly #events: CallEvents;

  constructor(pending: Pending, payload: Buffer, events: CallEvents) {
    this.pending = pending;
    this.payload = payload;
    this.#events = events;
  }

  onMessage(message: NatsMessage): void {
    this.#events.onMessage(this, message);
  }

  onHeartbeat(): void {
    this.#events.onHeartbeat(this);
  }
}
