// Requests as internal messages of Node's own channel. docs/protocol.md describes them; crates/proto/src/node/call.rs is the other end.
import { End, Mode } from '../addon/requests.js';
import {
  ArrayBufferIsView,
  ArrayPrototypePush,
  SafeSet,
  nextTick,
  process,
} from '../platform/primordials.js';
import { noHandles } from '../requests/errors.js';
import { plain } from '../requests/failure.js';
import type { Carried, RequestWire } from '../requests/request-wire.js';
import { advanced } from '../serialization/serializer.js';
import type { Serializer } from '../serialization/serializer.js';
import type { Step } from './announce.js';
import type { StockEnd } from './stock-end.js';

/** What the messages are called. */
export const Cmd = {
  request: 'NODE_FORKWIRE_REQUEST',
  response: 'NODE_FORKWIRE_RESPONSE',
  failure: 'NODE_FORKWIRE_FAILURE',
  cancel: 'NODE_FORKWIRE_CANCEL',
} as const;

export interface WireOwner {
  onRequest(id: number, message: unknown): void;
  /** The request was not sent. */
  onUnsent(id: number): void;
}

interface Held {
  readonly id: number;
  readonly message: unknown;
}

export class StockWire implements RequestWire {
  readonly announced = true;
  readonly #end: StockEnd;
  readonly #owner: WireOwner;
  readonly #serializer: Serializer | undefined;
  /** The peer's requests that are not answered. */
  readonly #open = new SafeSet<number>();
  #mode: number = Mode.hold;
  #held: Held[] = [];
  #sent = 0;

  constructor(end: StockEnd, serialization: string, owner: WireOwner) {
    this.#end = end;
    this.#owner = owner;
    this.#serializer = serialization === 'advanced' ? advanced() : undefined;
    process.on('newListener', (name) => {
      if (name === 'message') nextTick(() => this.#deliverHeld());
    });
  }

  /** In the advanced mode a Buffer, so that the other end need not look into it. @throws what serializing throws */
  #encode(value: unknown): unknown {
    return value === undefined || this.#serializer === undefined ? value : this.#serializer.serialize(value);
  }

  /** @throws what reading it throws */
  decode(payload: unknown): unknown {
    return this.#serializer !== undefined && ArrayBufferIsView(payload)
      ? this.#serializer.deserialize(payload as Buffer)
      : payload;
  }

  request(message: unknown, carried: Carried | undefined): void {
    this.prepare(message, carried)();
  }

  prepare(message: unknown, carried: Carried | undefined): () => void {
    if (carried !== undefined) throw noHandles();
    const msg = this.#encode(message);
    return () => {
      const id = this.#sent + 1;
      this.#end.send({ cmd: Cmd.request, id, msg }, () => this.#owner.onUnsent(id));
      this.#sent = id;
    };
  }

  respond(id: number, value: unknown, carried: Carried | undefined): boolean {
    if (carried !== undefined) throw noHandles();
    return this.#respond(id, { cmd: Cmd.response, id, msg: this.#encode(value) });
  }

  fail(id: number, failure: unknown): void {
    this.#respond(id, { cmd: Cmd.failure, id, msg: this.#encode(failure) });
  }

  #respond(id: number, message: object): boolean {
    if (!this.#open.has(id)) return false;
    this.#end.send(message);
    this.#open.delete(id);
    return true;
  }

  carried(value: unknown): unknown {
    if (this.#serializer === undefined) return plain(value);
    try {
      this.#serializer.serialize(value);
      return value;
    } catch {
      return plain(value);
    }
  }

  end(id: number, reason: number): void {
    if (reason === End.cancelled || this.#open.delete(id)) this.#end.send({ cmd: Cmd.cancel, id, reason });
  }

  setMode(mode: number): void {
    this.#mode = mode;
    this.#deliverHeld();
  }

  /** A request of the peer. */
  take({ id, msg }: Step): void {
    if (typeof id !== 'number') return;
    this.#open.add(id);
    let message: unknown;
    try {
      message = this.decode(msg);
    } catch {
      this.end(id, End.unreadable);
      return;
    }
    ArrayPrototypePush(this.#held, { id, message });
    this.#deliverHeld();
  }

  /** The peer has given up a request. It waits for the word that it is over. */
  cancel(id: number): void {
    this.#held = this.#held.filter((held) => held.id !== id);
    this.end(id, End.cancelledAsAsked);
  }

  /** Requests wait for a handler or a listener, as on a channel of forkwire. */
  #deliverHeld(): void {
    if (this.#mode === Mode.hold && process.listenerCount('message') === 0) return;
    const held = this.#held;
    this.#held = [];
    for (let at = 0; at < held.length; at++) {
      const { id, message } = held[at] as Held;
      if (this.#mode === Mode.declineNoHandler) this.end(id, End.noHandler);
      else if (this.#mode === Mode.declineClosing) this.end(id, End.closing);
      else this.#owner.onRequest(id, message);
    }
  }
}
