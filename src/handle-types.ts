// What can be sent beside a message.
import type { Socket as DgramSocket } from 'node:dgram';
import type { FileHandle } from 'node:fs/promises';
import type { Server, Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import type { Descriptor } from './descriptor-types.js';
import type { SharedMemory } from './memory-types.js';

/** What `send()` needs to know of a `MessagePort`. */
export interface PortHandle {
  /** See {@link MessagePort}. */
  postMessage(value: unknown): void;
  /** See {@link MessagePort}. */
  start(): void;
  /** See {@link MessagePort}. */
  hasRef(): boolean;
}

/** A handle that can be sent with a message. */
export type SingleHandle =
  Socket | Server | DgramSocket | PortHandle | SharedMemory | Descriptor | FileHandle | Readable | Writable;

/**
 * What `send()` accepts as a handle.
 *
 * - `net.Socket`, TCP or Unix domain: moves to the receiver. With `keepOpen`, both processes share it.
 * - `net.Server`, TCP or Unix domain: shared; both processes accept connections.
 * - `dgram.Socket`: shared; both processes receive. Not on Windows.
 * - `MessagePort` of forkwire, on the native wire only: moves to the receiver.
 * - `Descriptor`: moves to the receiver. With `keepOpen`, both processes have it. Files on the native wire only.
 * - `FileHandle` of `fs.promises`, a stream of a file or of a terminal: stays open here, and arrives as a `Descriptor`. On the native
 *   wire only. Other streams, which have no descriptor, are refused.
 * - `SharedMemory`: shared; both processes have it mapped. On the native wire only.
 * - An array of at most 253 of these, on the native wire only: they travel with one message. The listener gets an array of
 *   the same length, with `undefined` in place of a handle that was already closed.
 *
 * Node's native handle objects (the `_handle` of a socket or server) are accepted too, and in Node 26 `net.BoundSocket`.
 * For anything else `send()` throws `ERR_INVALID_HANDLE_TYPE` and leaves the object untouched.
 */
export type SendHandle = SingleHandle | readonly SingleHandle[];
