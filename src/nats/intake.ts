// The messages of a subject, for the listeners and loops of a port.
import type { Endpoint } from '../channel/endpoint.js';
import { ArrayPrototypePush, ArrayPrototypeSplice } from '../platform/primordials.js';
import { Source } from '../ports/source.js';
import type { Codec } from './codec.js';
import type { Link } from './link.js';
import type { NatsMessage, NatsSubscription } from './types.js';

/** Bytes that wait for somebody to take them. What comes after that is dropped: NATS does not wait either. */
const MOST = 16 << 20;

export interface IntakeOwner {
  emit(event: string, ...all: unknown[]): boolean;
  listenerCount(event: string): number;
}

interface Waiting {
  readonly message: unknown;
  readonly size: number;
}

export class Intake {
  readonly source: Source;
  readonly #link: Link;
  readonly #subject: string;
  readonly #queue: string | undefined;
  readonly #codec: Codec;
  readonly #owner: IntakeOwner;
  readonly #waiting: Waiting[] = [];
  #subscription: NatsSubscription | undefined;
  #bytes = 0;
  #received = 0;
  #delivering = false;
  dropped = 0;

  constructor(link: Link, subject: string, queue: string | undefined, codec: Codec, owner: IntakeOwner) {
    this.#link = link;
    this.#subject = subject;
    this.#queue = queue;
    this.#codec = codec;
    this.#owner = owner;
    const stats = { native: { stats: () => ({ bytesReceived: this.#received }) } };
    this.source = new Source({
      emit: (event: string, ...all: unknown[]) => owner.emit(event, ...all),
      listenerCount: (event: string) => owner.listenerCount(event),
      pull: () => this.pull(),
      // All that a source wants to know of it.
      endpoint: () => stats as unknown as Endpoint,
      hold: () => undefined,
    } as ConstructorParameters<typeof Source>[0]);
  }

  /** Somebody has begun to listen or to wait, or has ceased to. */
  pull(): void {
    const wanted = this.source.takers !== undefined || this.#owner.listenerCount('message') > 0;
    if (wanted && !this.#link.ended && !this.source.inbox.ended)
      this.#subscription ??= this.#link.subscribe(this.#subject, (one) => this.#onMessage(one), this.#queue);
    else if (!wanted) this.#unsubscribe();
    this.#deliver();
  }

  #unsubscribe(): void {
    this.#subscription?.unsubscribe();
    this.#subscription = undefined;
  }

  #onMessage({ data }: NatsMessage): void {
    const size = data.byteLength;
    this.#received += size;
    let message: unknown;
    try {
      message = this.#codec.decode(data, 'A message');
    } catch (error) {
      this.#owner.emit('messageerror', error);
      return;
    }
    if (this.#bytes + size > MOST) {
      this.dropped += 1;
      return;
    }
    this.#bytes += size;
    ArrayPrototypePush(this.#waiting, { message, size });
    this.#deliver();
  }

  /** Not from within itself: a listener may call what pulls. */
  #deliver(): void {
    if (this.#delivering) return;
    this.#delivering = true;
    try {
      while (this.#waiting.length > 0 && this.source.accepts) {
        const [{ message, size }] = ArrayPrototypeSplice(this.#waiting, 0, 1) as [Waiting];
        this.#bytes -= size;
        if (this.source.offer(message, undefined)) this.#owner.emit('message', message);
      }
    } finally {
      this.#delivering = false;
    }
  }

  end(): void {
    this.#unsubscribe();
    this.source.end();
  }
}
