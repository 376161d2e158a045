// What messages() and next() take messages from: a port, whichever of its channels they come on.
import type { Endpoint } from '../channel/endpoint.js';
import type { Takers } from '../channel/takers.js';

/** The port. */
export interface SourceOwner {
  /** Delivers what has arrived, if something takes it. */
  pull(): void;
  listenerCount(event: string): number;
  endpoint(): Endpoint | undefined;
  /** Work that waits for messages keeps the event loop running. */
  hold(count: 1 | -1): void;
}

/** As much of an Endpoint as is needed for that. */
export class Source {
  readonly target: SourceOwner;
  readonly inbox: { takers: Takers | undefined; ended: boolean; readonly blocked: false; pull(): void };
  readonly control: { refCounted(): void; unrefCounted(): void };
  readonly native: { stats(): { bytesReceived: number } };
  readonly forked = false;

  constructor(owner: SourceOwner) {
    this.target = owner;
    this.inbox = { takers: undefined, ended: false, blocked: false, pull: () => owner.pull() };
    this.control = { refCounted: () => owner.hold(1), unrefCounted: () => owner.hold(-1) };
    this.native = {
      stats: () => ({ bytesReceived: owner.endpoint()?.native.stats().bytesReceived ?? 0 }),
    };
  }

  get takers(): Takers | undefined {
    return this.inbox.takers;
  }

  /** Whether the next message has somewhere to go. */
  get accepts(): boolean {
    const heard = this.target.listenerCount('message') > 0;
    return this.takers === undefined ? heard : this.takers.accepts(heard);
  }

  /** Whether a message is to be emitted. Otherwise somebody has taken it, or will. */
  offer(message: unknown, handle: unknown): boolean {
    const heard = this.target.listenerCount('message') > 0;
    const taken = this.takers?.offer(message, handle, heard) ?? true;
    return taken || heard;
  }

  /** The port is over. */
  end(): void {
    this.inbox.ended = true;
    this.takers?.end();
  }

  asEndpoint(): Endpoint {
    return this as unknown as Endpoint;
  }
}
