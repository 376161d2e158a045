// serve(): the requests of the other end, and what becomes of them.
import { End, Mode } from '../addon/requests.js';
import { channelClosed, invalidArgument } from '../errors.js';
import { alreadyServed, peerGone } from './errors.js';
import { ArrayPrototypePush, SafeMap, nextTick, setImmediate } from '../platform/primordials.js';
import type { Handler, Serving } from '../request-types.js';
import { discard } from './discard.js';
import { makeServing } from './make-serving.js';
import type { RequestEnd, RequestWire } from './request-wire.js';
import { Served } from './served.js';
import type { ServedOwner } from './served.js';

type AnyHandler = Handler;

interface Waiting {
  readonly id: number;
  readonly message: unknown;
  readonly things: unknown[] | undefined;
}

export class Server implements ServedOwner {
  readonly #end: RequestEnd;
  readonly #wire: RequestWire;
  readonly #served = new SafeMap<number, Served>();
  #handler: AnyHandler | undefined;
  /** Requests that came in this turn and found nobody. */
  #waiting: Waiting[] = [];

  constructor(end: RequestEnd, wire: RequestWire) {
    this.#end = end;
    this.#wire = wire;
  }

  get busy(): boolean {
    return this.#served.size > 0;
  }

  serve(handler: unknown): Serving {
    if (typeof handler !== 'function') throw invalidArgument('handler', 'of type function', handler);
    // A peer that has just gone is not the program's mistake, and no request comes any more.
    if (!this.#end.connected && !this.#end.peerEnded) throw channelClosed();
    if (this.#handler !== undefined) throw alreadyServed();
    const own = handler as AnyHandler;
    this.#handler = own;
    // As a listener for messages does in a child. A parent's end keeps the loop running anyway.
    const { control, forked } = this.#end;
    if (!forked) control.refCounted();
    // On a tick of its own, so that the program has the result before the handler is called.
    nextTick(() => this.#begin(own));
    return makeServing(() => {
      if (this.#handler !== own) return;
      this.#handler = undefined;
      if (!forked) control.unrefCounted();
      this.#wire.setMode(Mode.declineNoHandler);
    });
  }

  #begin(handler: AnyHandler): void {
    if (this.#handler !== handler || !this.#end.connected) return;
    this.#takeWaiting();
    this.#wire.setMode(Mode.deliver);
  }

  /** A request has come. */
  take(id: number, message: unknown, things: unknown[] | undefined): void {
    if (!this.#end.connected) this.#decline(id, things, End.closing);
    else if (this.#handler !== undefined) this.#run(this.#handler, id, message, things);
    else if (ArrayPrototypePush(this.#waiting, { id, message, things }) === 1)
      setImmediate(() => this.#endTurn());
  }

  /** The program had a turn to serve them. */
  #endTurn(): void {
    if (this.#handler === undefined) {
      const waiting = this.#waiting;
      this.#waiting = [];
      for (let at = 0; at < waiting.length; at++) {
        const { id, things } = waiting[at] as Waiting;
        this.#decline(id, things, End.noHandler);
      }
    } else this.#takeWaiting();
  }

  #takeWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (let at = 0; at < waiting.length; at++) {
      const { id, message, things } = waiting[at] as Waiting;
      this.take(id, message, things);
    }
  }

  #run(handler: AnyHandler, id: number, message: unknown, things: unknown[] | undefined): void {
    const served = new Served(id, things, this.#wire, this);
    this.#served.set(id, served);
    if (this.#served.size === 1) this.#end.updateHold();
    served.run(handler, message);
  }

  /** A request has its answer. The channel may wait for nothing but this. */
  onResult(served: Served): void {
    if (this.#served.get(served.id) !== served) return;
    this.#end.beginSend();
    try {
      this.#served.delete(served.id);
      served.send();
      if (this.#served.size === 0) this.#end.updateHold();
    } finally {
      this.#end.endSend();
    }
  }

  #decline(id: number, things: unknown[] | undefined, reason: number): void {
    discard(things);
    this.#end.beginSend();
    this.#wire.end(id, reason);
    this.#end.endSend();
  }

  /** The request cannot be read. */
  unreadable(id: number): void {
    this.#decline(id, undefined, End.unreadable);
  }

  /** The requester has given it up. */
  cancel(id: number): void {
    const served = this.#served.get(id);
    if (served === undefined) return;
    this.#served.delete(id);
    if (this.#served.size === 0) this.#end.updateHold();
    served.abort(undefined);
  }

  close(): void {
    this.#served.forEach((served) => served.abort(peerGone('unknown')));
    this.#served.clear();
    for (let at = 0; at < this.#waiting.length; at++) discard(this.#waiting[at]?.things);
    this.#waiting = [];
  }
}
