// The parent's end of the channel as an import, for programs that prefer one to the members of `process`.
import type { ChannelControl, Send } from './types.js';

export type {
  ChannelControl,
  MessageOptions,
  Send,
  SendCallback,
  SendHandle,
  Serializable,
  SingleHandle,
} from './types.js';

/** What a {@link ParentChannel} emits, and with which arguments. */
export interface ParentChannelEvents {
  /** A message, and what was sent along with it: undefined if nothing was, or if it closed on the way. */
  message: [message: any, sendHandle: any];
  /** The channel has ended. */
  disconnect: [];
  /** A message that Node keeps to itself: an object whose `cmd` begins with `NODE_`. */
  internalMessage: [message: any, sendHandle: any];
  /** The backlog is empty after a `send()` that returned false. */
  drain: [];
  /** A message that could not be sent and had no callback, or a fault in what the parent sent. */
  error: [error: Error];
}

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
  on<E extends keyof ParentChannelEvents>(event: E, listener: (...args: ParentChannelEvents[E]) => void): this;
  once<E extends keyof ParentChannelEvents>(event: E, listener: (...args: ParentChannelEvents[E]) => void): this;
  off<E extends keyof ParentChannelEvents>(event: E, listener: (...args: ParentChannelEvents[E]) => void): this;
}

type Listener = (...args: never[]) => void;

class ProcessChannel {
  readonly send = ((...args: unknown[]) => (process.send as (...all: unknown[]) => boolean)(...args)) as Send;

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
