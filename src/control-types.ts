// What `child.channel` and `process.channel` have.
import type { EventEmitter } from 'node:events';
import type { ChannelStats } from './observe/stats.js';
import type { MessageOptions, SendHandle, Serializable } from './types.js';

/** The second argument of {@link ChannelControl.post}. */
export interface PostOptions extends Pick<MessageOptions, 'keepOpen'> {
  /** What travels with the message, as with `send()`: one handle, or an array of them. */
  handles?: SendHandle | undefined;
  /**
   * Stops the wait. If it is aborted before the call, nothing is sent. Afterwards the message is on its way and cannot be
   * recalled: the promise rejects at once with the signal's reason, and the peer may get the message all the same.
   */
  signal?: AbortSignal | undefined;
}

/** `child.channel` and `process.channel`: decides whether the channel keeps the event loop alive, and has its counters. */
export interface ChannelControl extends EventEmitter {
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
  post(message: Serializable, options?: PostOptions): Promise<void>;
  /** The descriptor of this end; -1 once it is closed, and always -1 on Windows. */
  readonly fd: number | undefined;
}
