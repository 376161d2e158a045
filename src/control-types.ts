// What `child.channel` and `process.channel` have.
import type { EventEmitter } from 'node:events';
import type { ChannelStats } from './observe/stats.js';
import type {
  AnswerOf,
  Handler,
  RequestOf,
  RequestOptions,
  SentMessage,
  Serving,
  Untyped,
} from './request-types.js';
import type { MessageSource, MessageWithHandles, PostOptions } from './receive-types.js';

export type {
  MessageIterator,
  MessageSource,
  MessagesOptions,
  MessageWithHandles,
  NextOptions,
  PostOptions,
} from './receive-types.js';
import type { MessagePort } from './port-types.js';

/** `child.channel` and `process.channel`: decides whether the channel keeps the event loop alive, and has its counters. */
export interface ChannelControl<Remote = Untyped, Local = Untyped>
  extends EventEmitter, MessageSource<Local> {
  /** Keeps the event loop running while the channel is open. From now on, listeners no longer matter for that. */
  ref(): void;
  /** Lets the event loop end. From now on, listeners no longer matter for that. */
  unref(): void;
  /** Adds a reason to keep the loop running. Has no effect after `ref()` or `unref()`. */
  refCounted(): void;
  /** Removes a reason to keep the loop running. Has no effect after `ref()` or `unref()`. */
  unrefCounted(): void;
  /**
   * Returns what has passed over the channel so far, and what waits. Absent if the channel is Node's own (`child.wire` is
   * `'stock'`).
   */
  stats?(): ChannelStats;
  /**
   * Sends a message. The promise is fulfilled where the callback of `send()` would get `null`: once the kernel has taken the
   * message's last byte, and with handles once the receiver has taken them. It rejects with what `send()` throws and with what
   * its callback gets. No `'error'` event follows. Messages of `send()` and `post()` arrive in the order of the calls.
   */
  post(message: SentMessage<Remote>, options?: PostOptions): Promise<void>;
  /**
   * Returns the port with this name: a channel of its own to the other process, which gets the other end by the same name. Either
   * side may ask first; what it posts before the other one asks waits there. Until it is closed, later calls return the same
   * port. Costs each process one descriptor. docs/ports.md has examples.
   *
   * @typeParam R the requests that the other side of the port answers, as an interface: see docs/requests.md
   * @typeParam L those that this side answers
   * @param name 1 to 255 characters
   * @throws {TypeError} ERR_INVALID_ARG_TYPE
   * @throws {Error} ERR_IPC_CHANNEL_CLOSED; ERR_FORKWIRE_WIRE on Node's own wire; EMFILE if no descriptor is free
   */
  port<R = Untyped, L = Untyped>(name: string): MessagePort<R, L>;
  /**
   * Sends a message and waits for the answer: what the handler of `serve()` returns at the other end. It waits there for a
   * handler, as a message waits for a listener, and there is no timeout unless you set one. While it is under way, it keeps
   * both processes alive.
   *
   * The promise rejects with
   *
   * - the error that the handler threw, with its name, message, stack, cause and own properties;
   * - `ERR_FORKWIRE_PEER_GONE` if the other end went away. `delivered` is `'no'` if it never got the request, so that you can
   *   try elsewhere;
   * - `ERR_FORKWIRE_NO_HANDLER` if nobody serves requests there;
   * - the reason of the signal, or a `TimeoutError`;
   * - `ERR_FORKWIRE_WIRE` on Node's own wire if the other program has no forkwire, or if handles are to go along;
   * - what `send()` throws.
   */
  request<M extends RequestOf<Remote>>(
    message: M,
    options: RequestOptions & { withHandles: true },
  ): Promise<MessageWithHandles<AnswerOf<Remote, M>>>;
  /** The same, without the handles of the answer. */
  request<M extends RequestOf<Remote>>(message: M, options?: RequestOptions): Promise<AnswerOf<Remote, M>>;
  /**
   * Answers the requests of the other end. There is one handler at a time. Call the result, or dispose of it, to stop;
   * requests that the handler has begun with are still answered, and later ones fail with `ERR_FORKWIRE_NO_HANDLER`.
   *
   * @throws {TypeError} ERR_INVALID_ARG_TYPE
   * @throws {Error} ERR_FORKWIRE_ALREADY_SERVED if there is a handler already; ERR_FORKWIRE_WIRE in a child with Node's own
   *   channel whose parent has no forkwire
   */
  serve(handler: Handler<Local>): Serving;
  /** The descriptor of this end; -1 once it is closed, and always -1 on Windows. */
  readonly fd: number | undefined;
}
