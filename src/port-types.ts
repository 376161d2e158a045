// What ports have.
import type { EventEmitter } from 'node:events';
import type { ChannelStats } from './observe/stats.js';
import type {
  AnswerOf,
  Handler,
  ReceivedMessage,
  RequestOf,
  RequestOptions,
  SentMessage,
  Serving,
  Untyped,
} from './request-types.js';
import type { MessageIterator, MessageSource, MessageWithHandles, PostOptions } from './receive-types.js';
import type { ChannelOptions, MessageOptions, SendCallback, SendHandle, SingleHandle } from './types.js';

/** What `postMessage()` can transfer: ports, sockets and servers move to the receiver, and an ArrayBuffer is detached here. */
export type PortTransfer = MessagePort | SingleHandle | ArrayBuffer;

/** What listeners of `addEventListener()`, and `onmessage` and the like, get. */
export interface PortEvent {
  /** The name of the event. */
  readonly type: string;
  /** The message. The error of a `'messageerror'`. */
  readonly data: unknown;
  /** What came with it: a handle, or an array of them. Undefined without any. */
  readonly handle: unknown;
  /** The ports among the handles. */
  readonly ports: readonly MessagePort[];
  /** The port. */
  readonly target: MessagePort;
  /** The port. */
  readonly currentTarget: MessagePort;
}

/** What `addEventListener()` takes. */
export type PortListener = ((event: PortEvent) => void) | PortListenerObject;

/** An object that listens, as DOM's EventListenerObject does. */
export interface PortListenerObject {
  /** Called with each event. */
  handleEvent(event: PortEvent): void;
}

/**
 * One end of a channel of its own, with the face of Node's MessagePort, and `send()` of the channel beside it. Messages are
 * structured clones. A port comes from `channel.port()`, from a {@link MessageChannel} or with a message, and it can be sent, to
 * any process that a channel or a port leads to. Its two ends then talk without anybody in between.
 *
 * Events: `'message'` with the message, and with the handles that came along; `'messageerror'` with the error, if a message
 * cannot be read; `'drain'`, as on a channel; `'close'` when either side has closed it and everything was delivered.
 *
 * A port keeps the event loop running while it has a `'message'` listener, as in Node. Close it when it is no longer needed: it
 * has a descriptor, which an open port keeps even if nobody refers to it.
 *
 * @typeParam Remote the requests that the other side answers and the messages that it takes, as an interface: see docs/requests.md
 * @typeParam Local those of this side
 */
export interface MessagePort<Remote = Untyped, Local = Untyped> extends EventEmitter, MessageSource<Local> {
  /**
   * Sends a structured clone of `value`. What is in `transfer` moves to the other side; a port in it may also be part of the value.
   * On a port that is closed or was sent, nothing happens, as in Node.
   *
   * @throws {DOMException} DataCloneError: the value cannot be cloned, or something in `transfer` cannot be transferred
   * @throws {TypeError} ERR_INVALID_ARG_TYPE, ERR_INVALID_TRANSFER_OBJECT
   * @throws {Error} ERR_FORKWIRE_MESSAGE_TOO_LARGE
   */
  postMessage(
    value: unknown,
    transfer?: readonly PortTransfer[] | { transfer?: readonly PortTransfer[] },
  ): void;
  /** As `child.send()`. The message is serialized as a structured clone. */
  send(message: SentMessage<Remote>, callback?: SendCallback): boolean;
  /** The same, with a handle. */
  send(message: SentMessage<Remote>, sendHandle?: SendHandle, callback?: SendCallback): boolean;
  /** The same, with options. */
  send(
    message: SentMessage<Remote>,
    sendHandle?: SendHandle,
    options?: MessageOptions,
    callback?: SendCallback,
  ): boolean;
  /** As `child.sendMany()`. */
  sendMany(messages: readonly SentMessage<Remote>[], callback?: SendCallback): boolean;

  /** As `channel.post()`. */
  post(message: SentMessage<Remote>, options?: PostOptions): Promise<void>;
  /** As `channel.request()`. */
  request<M extends RequestOf<Remote>>(
    message: M,
    options: RequestOptions & { withHandles: true },
  ): Promise<MessageWithHandles<AnswerOf<Remote, M>>>;
  /** The same, without the handles of the answer. */
  request<M extends RequestOf<Remote>>(message: M, options?: RequestOptions): Promise<AnswerOf<Remote, M>>;
  /** As `channel.serve()`. While it serves, the port keeps the event loop running, and cannot be sent. */
  serve(handler: Handler<Local>): Serving;
  /** As `messages()`, for `for await (const message of port)`. */
  [Symbol.asyncIterator](): MessageIterator<ReceivedMessage<Local>>;

  /** Begins to deliver messages. A `'message'` listener does that too. */
  start(): void;
  /** Closes both ends, after everything that was posted is written. `callback` is called at `'close'`. */
  close(callback?: () => void): void;
  /** Keeps the event loop running while the port is open. */
  ref(): void;
  /** Lets the event loop end. */
  unref(): void;
  /** Whether the port keeps the event loop running. */
  hasRef(): boolean;
  /** As `channel.stats()`. Undefined once the port is closed or was sent. */
  stats(): ChannelStats | undefined;

  /** Adds a listener for the event `type`, which gets a {@link PortEvent}. */
  addEventListener(
    type: string,
    listener: PortListener | null,
    options?: boolean | { once?: boolean; signal?: AbortSignal },
  ): void;
  /** Removes a listener that `addEventListener()` added. */
  removeEventListener(type: string, listener: PortListener | null): void;
  /** Calls the listeners with this event. */
  dispatchEvent(event: { readonly type: string; readonly data?: unknown }): boolean;
  /** A listener for `'message'`, which also calls `start()`. */
  onmessage: ((event: PortEvent) => void) | null;
  /** A listener for `'messageerror'`. */
  onmessageerror: ((event: PortEvent) => void) | null;
  /** A listener for `'close'`. */
  onclose: ((event: PortEvent) => void) | null;

  /** As `close()`. */
  [Symbol.dispose](): void;
}

/** Two ports that are connected to each other, in this process until one of them is sent. */
export interface MessageChannel {
  /** One end. */
  readonly port1: MessagePort;
  /** The other end. */
  readonly port2: MessagePort;
}

/** The class of {@link MessageChannel}. */
export interface MessageChannelConstructor {
  /**
   * @param options the limits of both ports
   * @throws {Error} EMFILE if no descriptors are free
   */
  new (options?: ChannelOptions): MessageChannel;
  /** What channels inherit from. */
  readonly prototype: MessageChannel;
}

/** The class of {@link MessagePort}, for `instanceof`. */
export interface MessagePortConstructor {
  /** Not for programs, as in Node: it throws. */
  new (own: never): MessagePort;
  /** What ports inherit from. */
  readonly prototype: MessagePort;
}
