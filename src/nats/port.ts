// The port: the face of a MessagePort over a subject of NATS.
import { checkMessage } from '../channel/check-message.js';
import { channelClosed } from '../errors.js';
import { ArrayIsArray, MathMin, Promise, nextTick } from '../platform/primordials.js';
import { defineValue } from '../platform/properties.js';
import { dataCloneError } from '../ports/errors.js';
import { Listened } from '../ports/listened.js';
import * as taking from '../promises/messages.js';
import { next } from '../promises/next.js';
import { readOptions as readObject } from '../promises/options.js';
import type { MessageIterator, MessagesOptions, NextOptions } from '../receive-types.js';
import type { RequestOptions } from '../request-types.js';
import { Codec } from './codec.js';
import { noHandles } from './errors.js';
import { Intake } from './intake.js';
import { Link } from './link.js';
import type { Attached, Refusal } from './link.js';
import type { Options } from './options.js';
import { Posts } from './posts.js';
import { refusalError, unheard } from './refusal.js';
import { Requester } from './requester.js';
import { Responder } from './responder.js';
import type { Subjects } from './subjects.js';
import type { NatsConnection, NatsPortStats, NatsServing } from './types.js';

const QUEUE = 'forkwire';

export class NatsPort extends Listened {
  readonly subject: string;
  readonly #link: Link;
  readonly #subjects: Subjects;
  readonly #requester: Requester;
  readonly #responder: Responder;
  readonly #intake: Intake;
  readonly #posts: Posts;
  readonly #attached: Attached;
  /** Set by the first close(). */
  #closing: Promise<void> | undefined;
  #closed = false;
  /** Called when nothing is under way. */
  #onIdle: (() => void) | undefined;

  constructor(connection: NatsConnection, subjects: Subjects, options: Options) {
    super();
    const { queue, serialization, maxMessageSize, heartbeat, inboxPrefix } = options;
    const link = Link.of(connection, inboxPrefix);
    // A server that the client has lost may be followed by one that allows less.
    const limit = (): number => MathMin(maxMessageSize, connection.info?.max_payload ?? maxMessageSize);
    const codec = new Codec(serialization, limit);
    const idle = (): void => this.#checkIdle();
    this.subject = subjects.requests;
    this.#link = link;
    this.#subjects = subjects;
    this.#requester = new Requester(link, subjects, codec, heartbeat, idle);
    this.#responder = new Responder(link, subjects, codec, queue ?? QUEUE, idle);
    this.#posts = new Posts(link, subjects.messages, codec);
    this.#intake = new Intake(link, subjects.messages, queue, codec, this);
    this.#attached = { onRefused: (error) => this.#onRefused(error), onEnd: () => this.#onEnd() };
    link.attach(this.#attached);
  }

  async request(message: unknown, options?: RequestOptions): Promise<unknown> {
    if (this.#closing !== undefined) throw channelClosed();
    return this.#requester.request(message, options);
  }

  serve(handler: unknown, options?: unknown): NatsServing {
    if (this.#closing !== undefined) throw channelClosed();
    return this.#responder.serve(handler, readObject(options, ['concurrency'])['concurrency']);
  }

  async post(message: unknown, options?: unknown): Promise<void> {
    const { handles, signal } = readObject(options, ['handles', 'signal']);
    if (handles !== undefined && !(ArrayIsArray(handles) && handles.length === 0)) throw noHandles();
    checkMessage(message);
    if (this.#closed) throw channelClosed();
    await this.#posts.post(message, signal);
  }

  postMessage(value: unknown, transfer?: unknown): void {
    const list = ArrayIsArray(transfer)
      ? transfer
      : (transfer as { transfer?: unknown } | undefined)?.transfer;
    if (ArrayIsArray(list) && list.length > 0) throw dataCloneError(noHandles().message);
    if (!this.#closed) this.#posts.send(value);
  }

  messages(options?: MessagesOptions): MessageIterator<unknown> {
    return taking.messages(this.#intake.source.asEndpoint(), options);
  }

  next(options?: NextOptions): Promise<unknown> {
    return next(this.#intake.source.asEndpoint(), options);
  }

  [Symbol.asyncIterator](): MessageIterator<unknown> {
    return this.messages();
  }

  start(): void {
    nextTick(() => {
      this.#intake.source.takers?.emitKept();
      this.#intake.pull();
    });
  }

  stats(): NatsPortStats {
    const { waiting, size } = this.#requester;
    return {
      underWay: size - waiting,
      waiting,
      serving: this.#responder.size,
      dropped: this.#intake.dropped,
    };
  }

  close(callback?: unknown): Promise<void> {
    if (typeof callback === 'function') {
      if (this.#closed) nextTick(callback as () => void);
      else this.once('close', callback as () => void);
    }
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    this.#responder.stop();
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
      this.#checkIdle();
    });
    try {
      if (!this.#closed) await this.#posts.flush();
    } catch {
      // The connection has ended.
    }
    this.#onEnd();
  }

  #checkIdle(): void {
    if (this.#closed || this.#requester.size + this.#responder.size === 0) this.#onIdle?.();
  }

  // Listeners.

  protected override listened(event: string | symbol): void {
    if (event === 'message') this.start();
  }

  protected override unlistened(event: string | symbol): void {
    if (event === 'message') this.#intake.pull();
  }

  // The connection.

  #onRefused(refusal: Refusal): void {
    const { operation, subject } = refusal;
    const { requests, messages } = this.#subjects;
    if (operation === 'publish' && subject === messages) this.#posts.refuse(refusalError(refusal));
    else if (subject === this.#link.inbox || (operation === 'publish' && subject === requests))
      this.#requester.refuse(refusalError(refusal));
    else if (subject?.startsWith(requests) === true || this.#responder.serves)
      unheard(this, refusalError(refusal));
  }

  #onEnd(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#closing ??= Promise.resolve();
    this.#link.detach(this.#attached);
    this.#requester.close();
    this.#responder.close();
    this.#posts.close();
    this.#onIdle?.();
    this.emit('close');
    this.#intake.end();
  }
}

const { asyncDispose: DISPOSE } = Symbol as { asyncDispose?: symbol };
if (DISPOSE !== undefined)
  defineValue(NatsPort.prototype, DISPOSE, function dispose(this: NatsPort) {
    return this.close();
  });
