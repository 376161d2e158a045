// request() of a port over NATS, and how each request comes to an end.
import { checkMessage } from '../channel/check-message.js';
import { channelClosed } from '../errors.js';
import type { ForkwireError } from '../error-types.js';
import { Promise, SafeSet, setTimeout } from '../platform/primordials.js';
import { throwIfAborted } from '../promises/signal.js';
import type { RequestOptions } from '../request-types.js';
import { peerGone } from '../requests/errors.js';
import { Pending, readOptions } from '../requests/pending.js';
import { revive } from '../requests/revive.js';
import type { Codec } from './codec.js';
import { nobodyServes, noHandles, tooManyRequests, undelivered } from './errors.js';
import { Call } from './call.js';
import type { Link } from './link.js';
import { Parked } from './parked.js';
import { isUnheard, statusOf } from './status.js';
import type { Subjects } from './subjects.js';
import type { NatsMessage } from './types.js';

/** Requests of one connection, as on a channel. */
const LIMIT = 65_536;
/** Intervals without a sign of life. */
const PATIENCE = 3;

export class Requester {
  readonly #link: Link;
  readonly #codec: Codec;
  readonly #subjects: Subjects;
  readonly #heartbeat: number;
  readonly #parked: Parked;
  readonly #calls = new SafeSet<Call>();
  readonly #onIdle: () => void;
  #ticking = false;
  #tick = 0;

  constructor(link: Link, subjects: Subjects, codec: Codec, heartbeat: number, onIdle: () => void) {
    this.#link = link;
    this.#subjects = subjects;
    this.#codec = codec;
    this.#heartbeat = heartbeat;
    this.#onIdle = onIdle;
    this.#parked = new Parked(link, subjects, heartbeat, {
      send: (call) => this.#send(call),
      unserved: (call) => this.#reject(call, nobodyServes(subjects.requests)),
    });
  }

  get size(): number {
    return this.#calls.size;
  }

  /** Those that no worker has. */
  get waiting(): number {
    let waiting = 0;
    this.#calls.forEach((call) => (waiting += call.sent ? 0 : 1));
    return waiting;
  }

  request(message: unknown, options: RequestOptions | undefined): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const pending = new Pending(resolve, reject);
      if (options === undefined) this.#add(pending, message);
      else this.#addWith(pending, message, options);
    });
  }

  #addWith(pending: Pending, message: unknown, options: RequestOptions): void {
    const { signal, timeout, handles, withHandles } = readOptions(options);
    throwIfAborted(signal);
    if (handles !== undefined) throw noHandles();
    pending.withHandles = withHandles;
    const call = this.#add(pending, message);
    pending.watch(signal, timeout, (reason) => this.#giveUp(call, reason));
    // The program may have aborted it while the message was serialized.
    if (signal?.aborted === true) this.#giveUp(call, signal.reason);
  }

  #add(pending: Pending, message: unknown): Call {
    checkMessage(message);
    const payload = this.#codec.encode(message, 'The request');
    if (this.#link.ended) throw channelClosed();
    if (this.#link.expecting.size >= LIMIT) throw tooManyRequests(LIMIT);
    const call = new Call(pending, payload, {
      onMessage: (one, answer) => this.#onMessage(one, answer),
      onHeartbeat: (one) => (one.heardAt = this.#tick),
    });
    call.id = this.#link.expect(call);
    call.reply = this.#link.replyTo(call.id, this.#heartbeat);
    this.#calls.add(call);
    if (!this.#ticking) this.#startTicking();
    if (this.#parked.busy) this.#parked.add(call);
    else this.#send(call);
    return call;
  }

  #send(call: Call): void {
    if (call.over) return;
    if (!this.#link.up) {
      this.#link.hold(() => this.#send(call));
      return;
    }
    try {
      this.#link.connection.publish(this.#subjects.requests, call.payload, { reply: call.reply });
    } catch (error) {
      this.#reject(call, this.#link.ended ? peerGone('no') : undelivered(error as ForkwireError));
      return;
    }
    call.sent = true;
    call.heardAt = this.#tick;
  }

  #onMessage(call: Call, message: NatsMessage): void {
    if (call.over || !call.sent) return;
    if (message.headers !== undefined) {
      const status = statusOf(message);
      if (status === 'declined' || isUnheard(message)) {
        call.sent = false;
        this.#parked.add(call);
        return;
      }
      if (status !== undefined) {
        this.#fail(call, message, status);
        return;
      }
    }
    try {
      this.#fulfill(call, this.#codec.decode(message.data, 'The answer'));
    } catch (error) {
      this.#reject(call, error);
    }
  }

  #fulfill(call: Call, value: unknown): void {
    const { pending } = call;
    this.#end(call);
    pending.resolve(pending.withHandles ? [value, []] : value);
  }

  /** A status that this version does not know is a failure, too. */
  #fail(call: Call, { data }: NatsMessage, status: string): void {
    let reason: unknown;
    try {
      const known = status === 'failed';
      reason = revive(known ? this.#codec.decode(data, 'The failure') : undefined);
    } catch (error) {
      reason = error;
    }
    this.#reject(call, reason);
  }

  #reject(call: Call, reason: unknown): void {
    if (call.over) return;
    this.#end(call);
    call.pending.reject(reason);
  }

  #giveUp(call: Call, reason: unknown): void {
    if (call.over) return;
    const { sent } = call;
    this.#reject(call, reason);
    if (sent && !this.#link.ended) this.#link.publish(this.#subjects.cancel, call.reply);
  }

  #end(call: Call): void {
    call.over = true;
    this.#link.expecting.delete(call.id);
    this.#calls.delete(call);
    this.#parked.forget(call);
    if (this.#calls.size === 0) this.#onIdle();
  }

  #startTicking(): void {
    this.#ticking = true;
    setTimeout(() => this.#onTick(), this.#heartbeat).unref();
  }

  /** Counted, and not timed: while this process computes, what workers say waits in the socket. */
  #onTick(): void {
    this.#ticking = false;
    this.#tick += 1;
    this.#calls.forEach((call) => {
      if (call.sent && this.#tick - call.heardAt > PATIENCE) this.#reject(call, peerGone('unknown'));
    });
    if (this.#calls.size > 0) this.#startTicking();
  }

  /** The server does not let this connection send requests, or receive answers. */
  refuse(error: Error): void {
    this.#calls.forEach((call) => {
      if (call.sent) this.#reject(call, error);
    });
  }

  /** The connection has ended. */
  close(): void {
    this.#calls.forEach((call) => this.#reject(call, peerGone(call.sent ? 'unknown' : 'no')));
    this.#parked.close();
  }
}
