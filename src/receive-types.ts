// What post(), messages() and next() take and return, on channels and ports.
import type { MessageOptions, SendHandle, SingleHandle } from './types.js';

/** The second argument of `post()`. */
export interface PostOptions extends Pick<MessageOptions, 'keepOpen'> {
  /** What travels with the message, as with `send()`: one handle, or an array of them. */
  handles?: SendHandle | undefined;
  /**
   * Stops the wait. If it is aborted before the call, nothing is sent. Afterwards the message is on its way and cannot be
   * recalled: the promise rejects at once with the signal's reason, and the peer may get the message all the same.
   */
  signal?: AbortSignal | undefined;
}

/** The argument of `messages()`. */
export interface MessagesOptions {
  /**
   * Yields `[message, handles]` in place of the message: `handles` is an array, which is empty if nothing came with the message,
   * and has `undefined` in place of a handle that closed on the way. Otherwise handles that come with a message are closed,
   * unless a `'message'` listener has got them.
   * @default false
   */
  handles?: boolean | undefined;
  /** Ends the loop: what waits rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** The argument of `next()`. */
export interface NextOptions extends MessagesOptions {
  /** Takes the first message for which this returns true. If it throws, `next()` rejects with that and takes nothing. */
  filter?: ((message: unknown) => unknown) | undefined;
}

/** What `messages()` returns. */
export interface MessageIterator<T> extends AsyncIterableIterator<T, undefined> {
  /** Ends the loop. Messages that it has not taken stay for others. */
  return(): Promise<IteratorResult<T, undefined>>;
  /** Ends the loop, and rejects with `error`. */
  throw(error?: unknown): Promise<IteratorResult<T, undefined>>;
  /** Returns itself. */
  [Symbol.asyncIterator](): MessageIterator<T>;
  /** Ends the loop, as `return()` does. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** A message and what came with it: see {@link MessagesOptions.handles}. */
export type MessageWithHandles<M> = [message: M, handles: readonly (SingleHandle | undefined)[]];
