// What post(), messages() and next() take and return, on channels and ports.
import type { ReceivedMessage, Untyped } from './request-types.js';
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

/** How messages are taken as promises, from a channel or a port. */
export interface MessageSource<Local = Untyped> {
  /**
   * Returns the messages that arrive, for a `for await` loop. While the loop works on a message the channel pauses, for all: the
   * next message stays where it is, and a sender that sends more than fits finds that `send()` returns false. The loop ends when
   * the channel has ended and everything that came before was taken. `break`, `return` and an exception end it, and lose no
   * message.
   *
   * Each message goes to one loop or one `next()`, in the order in which they asked for it: several loops share the messages.
   * Listeners for `'message'` get all of them, at the pace of the loops. In a child, a loop keeps the event loop running as a
   * listener does.
   *
   * @throws ERR_INVALID_ARG_TYPE
   */
  messages<M = ReceivedMessage<Local>>(
    options?: MessagesOptions & { handles?: false | undefined },
  ): MessageIterator<M>;
  /** The same, with the handles of each message. */
  messages<M = ReceivedMessage<Local>>(
    options: MessagesOptions & { handles: true },
  ): MessageIterator<MessageWithHandles<M>>;
  /**
   * Takes one message: the first one that came and that nothing has taken, or with a filter the first one that matches. No other
   * message is lost: it goes to listeners, to loops and to other calls, and waits for them if there are none. A filter gives up
   * (ERR_FORKWIRE_UNMATCHED) when 16 MiB of other messages wait, or 256 with handles.
   *
   * Rejects with ERR_IPC_CHANNEL_CLOSED if the channel ends before such a message comes, and with the signal's reason.
   */
  next<M = ReceivedMessage<Local>>(options?: NextOptions & { handles?: false | undefined }): Promise<M>;
  /** The same, with the handles of the message. */
  next<M = ReceivedMessage<Local>>(options: NextOptions & { handles: true }): Promise<MessageWithHandles<M>>;
}
