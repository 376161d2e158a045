// What fork() and spawn() return.
import type { ChildProcess as NodeChildProcess } from 'node:child_process';
import type { ChannelControl } from './control-types.js';
import type { SentMessage, Untyped } from './request-types.js';
import type { MessageOptions, SendCallback, SendHandle, Wire } from './types.js';

/**
 * Node's own ChildProcess. `send`, `disconnect`, `connected` and `channel` are forkwire's. In addition to Node's events it
 * emits `'drain'`: the backlog is empty, after a `send()` that returned false.
 *
 * @typeParam ToChild the requests that the child answers and the messages that it takes, as an interface: see docs/requests.md
 * @typeParam FromChild those of this end
 */
export interface ChildProcess<ToChild = Untyped, FromChild = Untyped> extends NodeChildProcess {
  /**
   * Which channel this child got.
   *
   * - `'native'`: both ends are forkwire.
   * - `'node'`: this end is forkwire, on Node's own wire; the child has Node's channel or that of another program. This is
   *   the wire of children that cannot load the addon (another `execPath`, `--no-addons`, the permission model), of
   *   `spawn()`, and of the option `wire: 'node'`.
   * - `'stock'`: both ends are node:child_process's, because of FORKWIRE=off or because this process cannot load the addon.
   *   The promises beyond Node do not hold; for example, `'drain'` is not emitted.
   *
   * FORKWIRE_DEBUG=1 prints the reason.
   */
  readonly wire: Wire;

  /** Null once the channel has ended; undefined if there never was one. */
  readonly channel?: ChannelControl<ToChild, FromChild> | null;

  /**
   * Ends the child, for `await using child = fork(...)`: disconnects, which writes what was sent, and waits until the process has
   * exited. After `graceMs` milliseconds it sends SIGTERM (or `killSignal`), and after the same time again SIGKILL. The child
   * emits `'exit'` as always, and no `'error'`. Later calls return the same promise. It rejects only if this process may not
   * signal the child.
   */
  [Symbol.asyncDispose](): Promise<void>;

  /** See {@link SendMany}. */
  sendMany(messages: readonly SentMessage<ToChild>[], callback?: SendCallback): boolean;

  /** See {@link Send}. */
  send<M extends SentMessage<ToChild>>(message: M, callback?: SendCallback): boolean;
  send<M extends SentMessage<ToChild>>(message: M, sendHandle?: SendHandle, callback?: SendCallback): boolean;
  send<M extends SentMessage<ToChild>>(
    message: M,
    sendHandle?: SendHandle,
    options?: MessageOptions,
    callback?: SendCallback,
  ): boolean;
}
