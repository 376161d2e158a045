import type {
  ChildProcess as NodeChildProcess,
  ForkOptions as NodeForkOptions,
  SerializationType,
} from 'node:child_process';
import type { EventEmitter } from 'node:events';
import type { Server, Socket } from 'node:net';
import type { Socket as DgramSocket } from 'node:dgram';
import type { ChannelStats } from './observe/stats.js';

/**
 * What `send()` takes as a message. An object goes through the channel's serialization: with `'json'` what
 * `JSON.stringify` makes of it arrives (`NaN` as `null`, a `Date` as a string), with `'advanced'` what structured
 * clone makes of it.
 *
 * At run time everything else (`undefined`, a bigint, a symbol, a function) is refused: `ERR_MISSING_ARGS` or
 * `ERR_INVALID_ARG_TYPE`, thrown.
 */
export type Serializable = string | object | number | boolean | bigint | null;

/** One thing that can be sent along with a message. */
export type SingleHandle = Socket | Server | DgramSocket;

/**
 * What `send()` takes as a handle.
 *
 * - `net.Socket`: moves to the receiver (with `keepOpen` it is shared). TCP and Unix domain sockets.
 * - `net.Server`: shared, both processes accept. TCP and Unix domain.
 * - `dgram.Socket`: shared, both processes receive. Unix only.
 * - an array of these: they travel with one message, and the listener gets an array of the same length, with
 *   `undefined` in the place of one that had closed by then.
 *
 * Node's own wraps of a descriptor (the `_handle` of a socket or server) are taken too, and in Node 26
 * `net.BoundSocket`. Anything else is refused: `ERR_INVALID_HANDLE_TYPE`, thrown, the thing untouched.
 */
export type SendHandle = SingleHandle | readonly SingleHandle[];

/** The third argument of `send()`. */
export interface MessageOptions {
  /**
   * The sender's `net.Socket` stays open, so that both processes hold the connection.
   * @default false
   */
  keepOpen?: boolean | undefined;
  /**
   * No `'error'` event if this message cannot be sent. A callback still gets the error.
   * @default false
   */
  swallowErrors?: boolean | undefined;
}

/**
 * Called once for a message, with `null` when the kernel has taken its last byte (with handles: when the receiver
 * has taken them), otherwise with the error.
 */
export type SendCallback = (error: Error | null) => void;

/** The options of a channel. */
export interface ChannelOptions {
  /**
   * Bytes of unsent backlog from which `send()` returns false, on both sides. A positive integer.
   * @default 131072
   */
  highWaterMark?: number | undefined;
  /**
   * Bytes that one serialized message may have, in both directions and on both sides. A larger one is refused by
   * `send()` (`ERR_FORKWIRE_MESSAGE_TOO_LARGE`, thrown). A positive integer.
   * @default 536870912
   */
  maxMessageSize?: number | undefined;
  /**
   * Milliseconds that a process which exits waits, on either side, for the other one to take what was sent.
   * What is left then is reported on standard error (`ERR_FORKWIRE_FLUSH_TIMEOUT`). 0: nothing is written at exit.
   * @default 3000
   */
  flushTimeout?: number | undefined;
}

/** The options of node:child_process.fork, and the channel's own. */
export interface ForkOptions extends NodeForkOptions, ChannelOptions {
  /** How messages are carried: `'json'` (default) or `'advanced'` (structured clone). */
  serialization?: SerializationType | undefined;
  /**
   * `'node'`: speak Node's own wire, with a child that has Node's own channel. `'native'`: forkwire on both sides.
   * @default 'native', where the child can load the addon
   */
  wire?: 'native' | 'node' | undefined;
}

/** Which channel a child got: see {@link ChildProcess.wire}. */
export type Wire = 'native' | 'node' | 'stock';

/**
 * The overloads of `send()`.
 *
 * Returns false when the channel is closed or its backlog has reached `highWaterMark`; then `'drain'` is emitted
 * once the backlog is empty. Without a callback an error is emitted as `'error'`.
 *
 * @throws {TypeError} ERR_MISSING_ARGS, ERR_INVALID_ARG_TYPE, ERR_INVALID_HANDLE_TYPE, ERR_FORKWIRE_NOT_SERIALIZABLE
 * @throws {Error} ERR_FORKWIRE_MESSAGE_TOO_LARGE
 * @throws what `JSON.stringify` throws, or in 'advanced' an Error "... could not be cloned."
 * @see https://nodejs.org/api/child_process.html#subprocesssendmessage-sendhandle-options-callback
 */
export interface Send {
  (message: Serializable, callback?: SendCallback): boolean;
  (message: Serializable, sendHandle?: SendHandle, callback?: SendCallback): boolean;
  (
    message: Serializable,
    sendHandle?: SendHandle,
    options?: MessageOptions,
    callback?: SendCallback,
  ): boolean;
}

/** `child.channel` and `process.channel`: what keeps the event loop alive for the channel, and its descriptor. */
export interface ChannelControl extends EventEmitter {
  /** Keeps the event loop running while the channel is open, from now on whatever the listeners are. */
  ref(): void;
  /** Lets the event loop end, from now on whatever the listeners are. */
  unref(): void;
  /** Counts one more reason to keep the loop running; without effect after `ref()` or `unref()`. */
  refCounted(): void;
  /** Counts one reason less. */
  unrefCounted(): void;
  /**
   * What has passed on the channel so far, and what waits. Costs nothing until it is called. Absent where the channel is
   * Node's own (`child.wire` is `'stock'`).
   */
  stats?(): ChannelStats;
  /** The descriptor of this end; -1 when it is closed. Unix only. */
  readonly fd: number | undefined;
}

/**
 * Node's ChildProcess. `send`, `disconnect`, `connected` and `channel` are forkwire's, and `'drain'` is emitted
 * beyond Node's events.
 */
export interface ChildProcess extends NodeChildProcess {
  /**
   * - `'native'`: both ends are forkwire.
   * - `'node'`: this end is forkwire, on Node's own wire; the child has Node's channel, or another program's. So it is
   *   for a child that could not load the addon (another `execPath`, `--no-addons`, the permission model), for workers
   *   of node:cluster, for `spawn()`, and with the option `wire: 'node'`.
   * - `'stock'`: both ends are node:child_process's; then the promises beyond Node, `'drain'` among them, do not hold.
   *   Because of FORKWIRE=off, or where this process itself cannot load the addon.
   *
   * FORKWIRE_DEBUG=1 says why.
   */
  readonly wire: Wire;

  /** Null once the channel has ended, undefined without one. */
  readonly channel?: ChannelControl | null;

  /** See {@link Send}. */
  send(message: Serializable, callback?: SendCallback): boolean;
  send(message: Serializable, sendHandle?: SendHandle, callback?: SendCallback): boolean;
  send(
    message: Serializable,
    sendHandle?: SendHandle,
    options?: MessageOptions,
    callback?: SendCallback,
  ): boolean;
}
