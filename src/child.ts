// The channel to the parent as an import, for programs that prefer that to the members of `process`.
import type { ChannelControl } from './control-types.js';
import type { ReceivedMessage, SentMessage, Untyped } from './request-types.js';
import type { Send, SendMany } from './types.js';
import { sendSingly } from './channel/send-singly.js';
import { announce } from './stock/announce.js';

export type { ForkwireError, ForkwireErrorCode } from './error-types.js';
export type { ChannelStats, ReceivedStats, SentStats } from './observe/stats.js';
export type {
  ChannelControl,
  MessageIterator,
  MessageSource,
  MessagesOptions,
  MessageWithHandles,
  NextOptions,
  PostOptions,
} from './control-types.js';
export type {
  AnswerOf,
  Handler,
  ReceivedMessage,
  Reply,
  RequestContext,
  RequestOf,
  RequestOptions,
  SentMessage,
  Serving,
  Untyped,
} from './request-types.js';
export type {
  MessageOptions,
  Send,
  SendMany,
  SendCallback,
  SendHandle,
  Serializable,
  SingleHandle,
} from './types.js';

/** The events of a {@link ParentChannel} other than messages, and their arguments. */
export interface ParentChannelEvents {
  /** The channel has ended. */
  disconnect: [];
  /** The backlog is empty after a `send()` that returned false. */
  drain: [];
  /**
   * A message without a callback could not be sent, or the parent sent malformed data. Without a listener it ends the
   * process only for a `send()` or `disconnect()` on a closed channel.
   */
  error: [error: Error];
}

/**
 * - `'message'`: a message, and the handle that was sent with it. The handle is undefined if there was none, or if it
 *   closed on the way.
 * - `'internalMessage'`: a message that Node reserves for itself, that is, an object whose `cmd` begins with `NODE_`.
 */
export type MessageEvent = 'message' | 'internalMessage';

/** A listener that declares the types it expects. Nothing checks that the parent sends these types. */
export type ParentMessageListener<Message, Handle> = (message: Message, sendHandle: Handle) => void;

/**
 * The channel to the parent. It forwards to the members of `process`: a listener that is added here is a listener of
 * `process`, and keeps the process alive until it is removed.
 *
 * @typeParam FromParent the requests that this process answers and the messages that it takes, as an interface: see docs/requests.md
 * @typeParam ToParent those of the parent
 */
export interface ParentChannel<FromParent = Untyped, ToParent = Untyped> {
  /** Sends a message to the parent. */
  readonly send: Send<SentMessage<ToParent>>;
  /** Sends many messages to the parent together. */
  readonly sendMany: SendMany<SentMessage<ToParent>>;
  /** Whether messages can be sent. */
  readonly connected: boolean;
  /** Decides whether the channel keeps the event loop alive, and has its counters. Null once the channel has ended. */
  readonly control: ChannelControl<ToParent, FromParent> | null;
  /** Closes the channel once everything sent has been written. A second call emits `'error'` (ERR_IPC_DISCONNECTED). */
  disconnect(): void;
  /** Adds a listener. */
  on<M = ReceivedMessage<FromParent>, H = unknown>(
    event: MessageEvent,
    listener: ParentMessageListener<M, H>,
  ): this;
  /** Adds a listener. */
  on<E extends keyof ParentChannelEvents>(
    event: E,
    listener: (...args: ParentChannelEvents[E]) => void,
  ): this;
  /** Adds a listener for the next event only. */
  once<M = ReceivedMessage<FromParent>, H = unknown>(
    event: MessageEvent,
    listener: ParentMessageListener<M, H>,
  ): this;
  /** Adds a listener for the next event only. */
  once<E extends keyof ParentChannelEvents>(
    event: E,
    listener: (...args: ParentChannelEvents[E]) => void,
  ): this;
  /** Removes a listener. */
  off<M = ReceivedMessage<FromParent>, H = unknown>(
    event: MessageEvent,
    listener: ParentMessageListener<M, H>,
  ): this;
  /** Removes a listener. */
  off<E extends keyof ParentChannelEvents>(
    event: E,
    listener: (...args: ParentChannelEvents[E]) => void,
  ): this;
}

// Reads `process` each time, because the program or an instrumentation tool may have replaced its members.
type Listener = (...args: never[]) => void;

class ProcessChannel {
  readonly sendMany: SendMany = (messages, callback) => {
    const { sendMany: own } = process as { sendMany?: SendMany };
    if (own !== undefined) return own(messages, callback);
    return sendSingly(process as { send: NonNullable<typeof process.send> }, messages, callback);
  };

  readonly send: Send = (message: unknown, handle?: unknown, options?: unknown, callback?: unknown) =>
    (process.send as (...args: unknown[]) => boolean)(message, handle, options, callback);

  get connected(): boolean {
    return process.connected;
  }

  get control(): ChannelControl | null {
    return (process.channel as unknown as ChannelControl | null | undefined) ?? null;
  }

  disconnect(): void {
    process.disconnect?.();
  }

  on(event: string, listener: Listener): this {
    process.on(event as 'message', listener as NodeJS.MessageListener);
    return this;
  }

  once(event: string, listener: Listener): this {
    process.once(event as 'message', listener as NodeJS.MessageListener);
    return this;
  }

  off(event: string, listener: Listener): this {
    process.off(event, listener as (...args: unknown[]) => void);
    return this;
  }
}

announce();

/** The channel to the parent. Undefined in a process that was not forked, and in worker threads. */
export const channel: ParentChannel | undefined =
  typeof process.send === 'function' ? (new ProcessChannel() as ParentChannel) : undefined;
