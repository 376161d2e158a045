// The parent's end of the channel as an import, for programs that prefer one to the members of `process`.
import type { ChannelControl, Send } from './types.js';

export type { ForkwireError, ForkwireErrorCode } from './error-types.js';
export type { ChannelStats, ReceivedStats, SentStats } from './observe/stats.js';
export type {
  ChannelControl,
  MessageOptions,
  Send,
  SendCallback,
  SendHandle,
  Serializable,
  SingleHandle,
} from './types.js';

/** What a {@link ParentChannel} emits beside messages, and with which arguments. */
export interface ParentChannelEvents {
  /** The channel has ended. */
  disconnect: [];
  /** The backlog is empty after a `send()` that returned false. */
  drain: [];
  /** A message that could not be sent and had no callback, or a fault in what the parent sent. */
  error: [error: Error];
}

/**
 * - `'message'`: a message, and what was sent along with it: undefined if nothing was, or if it closed on the way.
 * - `'internalMessage'`: one that Node keeps to itself, an object whose `cmd` begins with `NODE_`.
 */
export type MessageEvent = 'message' | 'internalMessage';

/** Says what it takes messages for; nothing checks that the parent sends such ones. */
export type ParentMessageListener<Message, Handle> = (message: Message, sendHandle: Handle) => void;

/**
 * The channel to the parent. The same as the members of `process`, which it leads to: a listener added here is one of
 * `process`, and keeps the process alive while it is there.
 */
export interface ParentChannel {
  /** Sends a message to the parent. */
  readonly send: Send;
  /** Whether messages can be sent. */
  readonly connected: boolean;
  /** Keeps the event loop alive or lets it end; null once the channel has ended. */
  readonly control: ChannelControl | null;
  /** Ends the channel when everything sent has been written. Emits `'error'` (ERR_IPC_DISCONNECTED) if called twice. */
  disconnect(): void;
  /** Adds a listener. */
  on<M = unknown, H = unknown>(event: MessageEvent, listener: ParentMessageListener<M, H>): this;
  /** Adds a listener. */
  on<E extends keyof ParentChannelEvents>(
    event: E,
    listener: (...args: ParentChannelEvents[E]) => void,
  ): this;
  /** Adds a listener for the next time only. */
  once<M = unknown, H = unknown>(event: MessageEvent, listener: ParentMessageListener<M, H>): this;
  /** Adds a listener for the next time only. */
  once<E extends keyof ParentChannelEvents>(
    event: E,
    listener: (...args: ParentChannelEvents[E]) => void,
  ): this;
  /** Removes a listener. */
  off<M = unknown, H = unknown>(event: MessageEvent, listener: ParentMessageListener<M, H>): this;
  /** Removes a listener. */
  off<E extends keyof ParentChannelEvents>(
    event: E,
    listener: (...args: ParentChannelEvents[E]) => void,
  ): this;
}

// `process` is asked each time: the program, or a tool that instruments it, may have put its own members there.
type Listener = (...args: never[]) => void;

class ProcessChannel {
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

/** The channel to the parent; undefined in a process that was not forked, and in worker threads. */
export const channel: ParentChannel | undefined =
  typeof process.send === 'function' ? (new ProcessChannel() as ParentChannel) : undefined;
