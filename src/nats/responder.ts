// serve() of a port over NATS.
import { alreadyServed, peerGone } from '../requests/errors.js';
import { channelClosed, invalidArgument } from '../errors.js';
import { BufferFrom, BufferPrototypeToString, MathMax, SafeMap, now } from '../platform/primordials.js';
import { makeServing } from '../requests/make-serving.js';
import { Served } from '../requests/served.js';
import type { Handler } from '../request-types.js';
import { Answer } from './answer.js';
import type { Codec } from './codec.js';
import { withConcurrency } from './concurrency.js';
import type { Handling } from './concurrency.js';
import { Heartbeats } from './heartbeats.js';
import type { Link } from './link.js';
import { readInteger } from './options.js';
import { MOST } from './room.js';
import { headers } from './status.js';
import type { Subjects } from './subjects.js';
import type { NatsMessage, NatsServing, NatsSubscription } from './types.js';

/** Milliseconds for which room is announced after somebody has asked for it. */
const ANNOUNCE = 10_000;

export class Responder {
  readonly #link: Link;
  readonly #subjects: Subjects;
  readonly #codec: Codec;
  readonly #queue: string;
  readonly #heartbeats: Heartbeats;
  readonly #onIdle: () => void;
  /** What the handler works on, by where the answer goes. */
  readonly #running = new SafeMap<string, Served>();
  #handling: Handling | undefined;
  /** Undefined while there is no room. */
  #requests: NatsSubscription | undefined;
  #probes: NatsSubscription | undefined;
  #cancels: NatsSubscription | undefined;
  /** Requests without an answer, which have no name of their own. */
  #anonymous = 0;
  #announceUntil = 0;

  constructor(link: Link, subjects: Subjects, codec: Codec, queue: string, onIdle: () => void) {
    this.#link = link;
    this.#subjects = subjects;
    this.#codec = codec;
    this.#queue = queue;
    this.#heartbeats = new Heartbeats(link);
    this.#onIdle = onIdle;
  }

  get size(): number {
    return this.#running.size;
  }

  get serves(): boolean {
    return this.#handling !== undefined;
  }

  serve(handler: unknown, concurrency: unknown): NatsServing {
    if (typeof handler !== 'function') throw invalidArgument('handler', 'of type function', handler);
    const limit = readInteger(concurrency ?? MOST, 'options.concurrency', 1, MOST);
    if (this.#handling !== undefined) throw alreadyServed();
    if (this.#link.ended) throw channelClosed();
    headers();
    const handling: Handling = { handler: handler as Handler, limit };
    this.#handling = handling;
    this.#cancels ??= this.#link.subscribe(this.#subjects.cancel, (message) => this.#onCancel(message));
    this.#probes = this.#link.subscribe(this.#subjects.probe, (message) => this.#onProbe(message));
    this.#adjust();
    const serving = makeServing(() => this.#stop(handling)) as NatsServing;
    return withConcurrency(serving, handling, () => this.#onRoom());
  }

  /** Requests that are on their way are declined, and those that the handler works on are answered. */
  stop(): void {
    if (this.#handling !== undefined) this.#stop(this.#handling);
  }

  #stop(handling: Handling): void {
    if (this.#handling !== handling) return;
    this.#handling = undefined;
    this.#adjust();
    drain(this.#probes);
    this.#probes = undefined;
    this.#rest();
  }

  #rest(): void {
    if (this.#running.size > 0 || this.#handling !== undefined) return;
    this.#cancels?.unsubscribe();
    this.#cancels = undefined;
    this.#onIdle();
  }

  get #room(): number {
    return MathMax((this.#handling?.limit ?? 0) - this.#running.size, 0);
  }

  /** Is subscribed to requests while there is room for one. */
  #adjust(): void {
    if (this.#link.ended) return;
    if (this.#room === 0) {
      drain(this.#requests);
      this.#requests = undefined;
    } else
      this.#requests ??= this.#link.subscribe(
        this.#subjects.requests,
        (message) => this.#onRequest(message),
        this.#queue,
      );
  }

  #onRequest(message: NatsMessage): void {
    const { reply = '' } = message;
    if (this.#room === 0) {
      this.#pressed();
      if (reply !== '') this.#link.publish(reply, undefined, { headers: headers().declined });
      return;
    }
    const name = reply === '' ? `${++this.#anonymous}` : reply;
    const answer = new Answer(this.#link, reply, this.#codec);
    let value: unknown;
    try {
      value = this.#codec.decode(message.data, 'The request');
    } catch (error) {
      answer.failWith(error);
      return;
    }
    const served = new Served(0, undefined, answer, { onResult: (one) => this.#done(name, one) });
    this.#running.set(name, served);
    this.#heartbeats.add(reply);
    if (this.#room === 0) this.#adjust();
    served.run((this.#handling as Handling).handler, value);
  }

  #done(name: string, served: Served): void {
    if (this.#running.get(name) !== served) return;
    served.send();
    this.#forget(name);
  }

  /** There is room for another. */
  #forget(name: string): void {
    this.#running.delete(name);
    this.#heartbeats.delete(name);
    if (this.#handling === undefined) {
      this.#rest();
      return;
    }
    this.#onRoom(1);
  }

  /** @param slots how many are new */
  #onRoom(slots = this.#room): void {
    this.#adjust();
    if (this.#room > 0 && now() < this.#announceUntil) this.#link.publish(this.#subjects.room, `${slots}`);
  }

  /** Somebody has requests that wait. */
  #pressed(): void {
    this.#announceUntil = now() + ANNOUNCE;
  }

  #onProbe({ reply = '' }: NatsMessage): void {
    this.#pressed();
    if (reply !== '') this.#link.publish(reply, `${this.#room}`);
  }

  #onCancel({ data }: NatsMessage): void {
    const name = BufferPrototypeToString(BufferFrom(data));
    const served = this.#running.get(name);
    if (served === undefined) return;
    served.abort(undefined);
    this.#forget(name);
  }

  /** The connection has ended. */
  close(): void {
    this.#handling = undefined;
    this.#running.forEach((served) => served.abort(peerGone('unknown')));
    this.#running.clear();
  }
}

/** Messages that are on the way are delivered, in place of being lost. */
function drain(subscription: NatsSubscription | undefined): void {
  subscription?.drain().catch(() => undefined); // the connection has ended
}
