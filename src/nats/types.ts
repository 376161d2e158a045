// What natsPort() takes and returns.
import type { EventEmitter } from 'node:events';
import type { PortEvent, PortListener } from '../port-types.js';
import type { MessageIterator, MessagesOptions, NextOptions } from '../receive-types.js';
import type { AnswerOf, Handler, RequestOf, RequestOptions, Serving, Untyped } from '../request-types.js';
import type { Serializable } from '../types.js';

/** What forkwire uses of a message of NATS. */
export interface NatsMessage {
  /** The subject that it was sent to. */
  readonly subject: string;
  /** Where the answer goes. Empty or undefined without one. */
  readonly reply?: string | undefined;
  /** The payload. */
  readonly data: Uint8Array;
  /** Undefined without headers. */
  readonly headers?: NatsHeaders | undefined;
}

/** What forkwire uses of the headers of a message. */
export interface NatsHeaders {
  /** The status of a message of the server, such as 503. Otherwise 0. */
  readonly code: number;
  /** The value of a header. Empty without it. */
  get(name: string): string;
}

/** What forkwire uses of what a server says about itself. */
export interface NatsServerInfo {
  /** The longest payload with its headers, in bytes. */
  readonly max_payload: number;
}

/** What forkwire uses of what happens to a connection. */
export interface NatsStatus {
  /** Such as `'disconnect'`, `'reconnect'` and `'error'`. */
  readonly type: string;
  /** That of an `'error'`. */
  readonly error?: unknown;
}

/** What forkwire uses of a subscription of NATS. */
export interface NatsSubscription {
  /** Ends it once everything that is on the way has been delivered. */
  drain(): Promise<void>;
  /** Ends it at once. */
  unsubscribe(): void;
}

/** A connection that `connect()` of `@nats-io/transport-node` gave: what forkwire uses of it. */
export interface NatsConnection {
  /** What the server says about itself. */
  readonly info?: NatsServerInfo | undefined;
  /** Sends a message. */
  publish(subject: string, payload?: Uint8Array | string, options?: object): void;
  /** Receives messages. */
  subscribe(
    subject: string,
    options: { queue?: string; callback: (error: Error | null, message: NatsMessage) => void },
  ): NatsSubscription;
  /** Fulfilled when the server has processed everything that was sent before. */
  flush(): Promise<void>;
  /** What happens to the connection. */
  status(): AsyncIterable<NatsStatus>;
  /** Fulfilled when the connection has ended for good. */
  closed(): Promise<unknown>;
  /** Whether it has. */
  isClosed(): boolean;
}

/** The third argument of `natsPort()`. */
export interface NatsPortOptions {
  /**
   * The name that processes share which share the work: each request goes to one of them. Messages do, too, if a name is given;
   * without it, every port of the subject gets every message.
   * @default 'forkwire' for requests
   */
  queue?: string | undefined;
  /**
   * How values are written: `'json'`, or `'advanced'` for structured clones, which only Node and Deno read. A port reads both.
   * @default 'json'
   */
  serialization?: 'json' | 'advanced' | undefined;
  /**
   * The longest message, request or answer that is sent or read, in bytes: an integer from 1 to 67,108,864. The server has a limit of
   * its own, 1 MiB by default, which counts too.
   * @default what the server allows
   */
  maxMessageSize?: number | undefined;
  /**
   * How often a worker says that it still works on the requests of this port, in milliseconds: an integer from 100 to 3,600,000. After
   * three to four of these intervals in which nothing was heard of a request, it rejects with `ERR_FORKWIRE_PEER_GONE`.
   * @default 2500
   */
  heartbeat?: number | undefined;
  /**
   * What the subjects begin with on which this process gets answers.
   * @default that of the connection
   */
  inboxPrefix?: string | undefined;
}

/** The second argument of `serve()` of a {@link NatsPort}. */
export interface NatsServeOptions {
  /**
   * How many requests the handler works on at once: an integer from 1 to 65,536. Further ones go to other processes of the queue, or
   * wait where they come from.
   * @default 65536
   */
  concurrency?: number | undefined;
}

/** What `serve()` of a {@link NatsPort} returns. */
export interface NatsServing extends Serving {
  /** As in {@link NatsServeOptions}; 0 for a pause. It can be changed at any time. */
  concurrency: number;
}

/** What {@link NatsPort.stats} returns. */
export interface NatsPortStats {
  /** Requests of this port that a worker has, or that are on their way to one. */
  readonly underWay: number;
  /** Requests of this port that wait until a worker has room, or the connection is there again. */
  readonly waiting: number;
  /** Requests that the handler of this port works on. */
  readonly serving: number;
  /** Messages that were dropped because nobody took them in time: see docs/nats.md. */
  readonly dropped: number;
}

/**
 * A subject of NATS with the face of a port. See docs/nats.md for what NATS promises, and what it does not.
 *
 * Events: `'message'` with a message; `'messageerror'` with the error, if one cannot be read; `'error'` if the server refuses what the
 * port needs; `'close'`.
 *
 * @typeParam Remote the requests that the workers answer, as an interface: see docs/requests.md
 * @typeParam Local those that this process answers
 */
export interface NatsPort<Remote = Untyped, Local = Untyped> extends EventEmitter {
  /** The subject. */
  readonly subject: string;
  /**
   * Asks one of the workers. `handles` are refused: they belong to one machine.
   *
   * @throws a rejection: see docs/nats.md
   */
  request<M extends RequestOf<Remote>>(message: M, options?: RequestOptions): Promise<AnswerOf<Remote, M>>;
  /**
   * Answers requests. One handler at a time.
   *
   * @throws {Error} ERR_FORKWIRE_ALREADY_SERVED, ERR_IPC_CHANNEL_CLOSED
   */
  serve(handler: Handler<Local>, options?: NatsServeOptions): NatsServing;
  /** Sends a message. Fulfilled when the server has it, which does not mean that anybody gets it. */
  post(message: Serializable, options?: { signal?: AbortSignal | undefined }): Promise<void>;
  /**
   * The same without a wait. On a port that is closed, nothing happens.
   *
   * @throws {DOMException} DataCloneError: the value cannot be serialized, or something was to be transferred
   */
  postMessage(value: unknown, transfer?: readonly never[] | { transfer?: readonly never[] }): void;
  /** As `messages()` of a channel. */
  messages<M = unknown>(options?: MessagesOptions): MessageIterator<M>;
  /** As `next()` of a channel. */
  next<M = unknown>(options?: NextOptions): Promise<M>;
  /** As `messages()`. */
  [Symbol.asyncIterator](): MessageIterator<unknown>;
  /** Begins to receive messages. A `'message'` listener does that too. */
  start(): void;
  /**
   * Takes no further requests, and sends none. Fulfilled once all that are under way, in either direction, are answered and the
   * server has the answers. The connection stays open.
   */
  close(callback?: () => void): Promise<void>;
  /** What is under way. */
  stats(): NatsPortStats;
  /** Adds a listener for the event `type`, which gets a {@link PortEvent}. */
  addEventListener(
    type: string,
    listener: PortListener | null,
    options?: boolean | { once?: boolean; signal?: AbortSignal },
  ): void;
  /** Removes a listener that `addEventListener()` added. */
  removeEventListener(type: string, listener: PortListener | null): void;
  /** A listener for `'message'`. */
  onmessage: ((event: PortEvent) => void) | null;
  /** A listener for `'messageerror'`. */
  onmessageerror: ((event: PortEvent) => void) | null;
  /** A listener for `'close'`. */
  onclose: ((event: PortEvent) => void) | null;
  /** As `close()`. */
  [Symbol.asyncDispose](): Promise<void>;
}
