import type { ForkOptions as NodeForkOptions, SerializationType } from 'node:child_process';
import type { SendHandle } from './handle-types.js';
import type { SharedMemory } from './memory-types.js';

export type { PortHandle, SendHandle, SingleHandle } from './handle-types.js';

/**
 * What `send()` accepts as a message. The channel serializes an object: with `'json'` the receiver gets what
 * `JSON.stringify` makes of it (`NaN` becomes `null`, a `Date` a string), with `'advanced'` what structured clone makes
 * of it.
 *
 * At run time `send()` throws `ERR_MISSING_ARGS` for `undefined`, and `ERR_INVALID_ARG_TYPE` for a bigint, a symbol or a
 * function, as Node does. (A bigint inside an object is fine with `'advanced'`.)
 */
export type Serializable = string | object | number | boolean | bigint | null;

/** The third argument of `send()`. */
export interface MessageOptions {
  /**
   * Keeps the sender's `net.Socket` open, so that both processes share the connection.
   * @default false
   */
  keepOpen?: boolean | undefined;
  /**
   * Buffers that go to the receiver and are detached here, as with `postMessage()` between threads. They are detached when
   * `send()` returns, and not if it throws. Views of one buffer are views of one buffer there, too. Memory that is shared
   * may be among them, and stays shared. Needs `serialization: 'advanced'`.
   */
  transfer?: readonly (ArrayBuffer | SharedArrayBuffer | SharedMemory)[] | undefined;
  /**
   * Suppresses the `'error'` event if this message cannot be sent. A callback still gets the error. Node does not document
   * this option.
   * @default false
   */
  swallowErrors?: boolean | undefined;
}

/**
 * Called exactly once for each message whose `send()` did not throw: with `null` when the kernel has taken the message's
 * last byte (with handles: when the receiver has taken them), otherwise with the error. See {@link ForkwireError}.
 */
export type SendCallback = (error: Error | null) => void;

/** The options of a channel. Set them in the parent; on the native wire they apply to both ends. */
export interface ChannelOptions {
  /**
   * Bytes of unsent backlog at which `send()` starts to return false: an integer from 1 to 4,294,967,295. The default is
   * Node's own limit.
   * @default 131072
   */
  highWaterMark?: number | undefined;
  /**
   * Bytes that one serialized message may have, in both directions. For a larger one `send()` throws
   * `ERR_FORKWIRE_MESSAGE_TOO_LARGE`; from the peer it is an `'error'` that closes the channel. An
   * integer from 1 to 4,294,967,295. The default is what V8's longest string comes to.
   * @default 536870912
   */
  maxMessageSize?: number | undefined;
  /**
   * Milliseconds that an exiting process waits for the other one to take what was sent. What is lost after that is reported
   * on standard error (`ERR_FORKWIRE_FLUSH_TIMEOUT`). With 0 nothing is written at exit, and nothing is reported. An integer
   * from 0 to 4,294,967,295.
   * @default 3000
   */
  flushTimeout?: number | undefined;
  /**
   * What an end does that has answered a message and has nothing else to do. To wake a process that sleeps takes some 40
   * microseconds, so the answer to the answer comes sooner if the end stays awake.
   *
   * - `'balanced'` stays awake for up to 120 microseconds as long as that pays: at most 5 % of the channel's time is spent
   *   on waits that bring nothing, and none on a machine whose processors others want.
   * - `'low'` stays awake for up to 1 millisecond each time, whatever that costs.
   * - `'idle'` sleeps at once, as Node's own channel does.
   *
   * It applies to Node on Linux and macOS. Bun, Deno and Windows always sleep.
   * @default 'balanced'
   */
  latency?: 'low' | 'balanced' | 'idle' | undefined;
  /**
   * Makes a `send()` on a channel that has closed silent: no `'error'` is emitted, which without a listener would end the process.
   * It returns false all the same, `stats()` counts it, and a callback and `post()` get ERR_IPC_CHANNEL_CLOSED.
   * On Node's wire it applies to this end only.
   * @default false
   */
  ignoreLateSends?: boolean | undefined;
}

/** How a child ends, which only its parent is concerned with. */
export interface LifetimeOptions {
  /**
   * Milliseconds that `await using` gives the child to end by itself after the disconnect, and again after SIGTERM; and that
   * `endWithParent` gives it after SIGTERM. An integer from 0 to 4,294,967,295.
   * @default 5000
   */
  graceMs?: number | undefined;
  /**
   * Ends the child once this process is gone, however it went: by exit, a crash, SIGKILL or execve(2), even if the child is busy or has
   * called `disconnect()`. It gets SIGTERM, which it may handle, and SIGKILL after `graceMs`. Its own children end with it only
   * if they were started with this option too.
   *
   * On Windows it ends at once, as by `kill()`: there are no signals.
   *
   * On the native wire only: `fork()` and `spawn()` throw ERR_INVALID_ARG_VALUE otherwise. It has no effect if the
   * channel is Node's own at both ends (`FORKWIRE=off`).
   * @default false
   */
  endWithParent?: boolean | undefined;
}

/** The options of `fork` of node:child_process, and those of the channel. */
export interface ForkOptions extends NodeForkOptions, ChannelOptions, LifetimeOptions {
  /**
   * How messages are serialized: as JSON, or by structured clone (`'advanced'`).
   * @default 'json'
   * @see https://nodejs.org/api/child_process.html#advanced-serialization
   */
  serialization?: SerializationType | undefined;
  /**
   * `'native'` runs forkwire at both ends. `'node'` gives the child Node's own channel, and speaks Node's own wire to it.
   * @default 'native' if the child can load the addon
   */
  wire?: 'native' | 'node' | undefined;
}

/** Which channel a child got: see `ChildProcess.wire`. */
export type Wire = 'native' | 'node' | 'stock';

/**
 * The overloads of `send()`.
 *
 * Returns false if the channel is closed, or if its backlog has reached `highWaterMark`. In the second case the message is
 * queued all the same, and `'drain'` is emitted once the backlog is empty. Without a callback, an error is emitted as
 * `'error'`. If the other process ended before it took the message, that happens only if `'error'` has a listener.
 *
 * @typeParam M the messages
 * @throws {TypeError} ERR_MISSING_ARGS, ERR_INVALID_ARG_TYPE, ERR_INVALID_HANDLE_TYPE, ERR_FORKWIRE_NOT_SERIALIZABLE
 * @throws {Error} ERR_FORKWIRE_MESSAGE_TOO_LARGE
 * @throws whatever `JSON.stringify` throws; with 'advanced', an Error "... could not be cloned."
 * @see https://nodejs.org/api/child_process.html#subprocesssendmessage-sendhandle-options-callback
 */
export interface Send<M = Serializable> {
  (message: M, callback?: SendCallback): boolean;
  (message: M, sendHandle?: SendHandle, callback?: SendCallback): boolean;
  (message: M, sendHandle?: SendHandle, options?: MessageOptions, callback?: SendCallback): boolean;
}

/**
 * Sends many messages together, for less than one by one: each is a message of its own on the other side, in this order.
 * They are settled by one callback: with `null` when the kernel has taken the last byte of the last message, otherwise
 * with the error.
 *
 * Returns what `send()` returns: false when the channel is closed or its backlog has reached `highWaterMark`. All
 * messages are serialized before the first one is sent, so one that cannot be a message is refused with nothing sent;
 * the error names its place (`messages[3]`).
 *
 * @typeParam M the messages
 * @throws what `send()` throws, and ERR_INVALID_ARG_TYPE if `messages` is not an array or `callback` not a function
 */
export type SendMany<M = Serializable> = (messages: readonly M[], callback?: SendCallback) => boolean;

declare global {
  namespace NodeJS {
    interface Process {
      /** In a child whose channel is forkwire's. See {@link SendMany}. */
      sendMany?: SendMany;
    }
  }
}
