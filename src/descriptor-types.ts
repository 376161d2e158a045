// The public types of descriptors.
import type { Socket as DgramSocket } from 'node:dgram';
import type { FileHandle } from 'node:fs/promises';
import type { Server, Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';

/**
 * What a descriptor is open on. On Windows a pipe is a named or an anonymous one. `'other'` is
 * something else of the system, such as an eventfd of Linux.
 */
export type DescriptorType =
  'file' | 'directory' | 'pipe' | 'socket' | 'terminal' | 'character-device' | 'block-device' | 'other';

/** The options of {@link Descriptor.createReadStream}. */
export interface DescriptorReadOptions {
  /** The stream then gives strings. Buffers by default. */
  encoding?: BufferEncoding | undefined;
  /** Bytes that the stream reads ahead. The default is that of the stream. */
  highWaterMark?: number | undefined;
  /** Files only: the offset of the first byte. By default the stream reads from the offset that the processes share. */
  start?: number | undefined;
  /** Files only: the offset of the last byte. */
  end?: number | undefined;
}

/** The options of {@link Descriptor.createWriteStream}. */
export interface DescriptorWriteOptions {
  /** Bytes that may be buffered before `write()` returns false. The default is that of the stream. */
  highWaterMark?: number | undefined;
  /** Files only: the offset of the first byte. By default the stream writes at the offset that the processes share. */
  start?: number | undefined;
}

/**
 * An open descriptor of the system that is sent or was received: a file, a pipe, a terminal, a socket. It owns its number, and closes
 * it. See docs/descriptors.md.
 *
 * It has one owner at a time. After `send()`, the receiver has it (with the option `keepOpen`, both). After `createReadStream()` and
 * the other methods that make an object of it, that object has it. Use {@link Descriptor.duplicate} first to keep one.
 *
 * A Descriptor that is garbage-collected while it is open is closed, with a warning.
 */
export interface Descriptor {
  /**
   * The number, for `fs.read()`, `fs.fstat()` and so on. Do not close it yourself.
   *
   * @throws {Error} ERR_FORKWIRE_DESCRIPTOR_CLOSED
   */
  readonly fd: number;
  /**
   * What it is open on.
   *
   * @throws {Error} ERR_FORKWIRE_DESCRIPTOR_CLOSED
   */
  readonly type: DescriptorType;
  /** Whether it is closed here, was sent, or was given to another object. */
  readonly closed: boolean;
  /**
   * A second descriptor of the same open file: it shares the offset and the flags with this one (dup(2)).
   *
   * @throws {Error} ERR_FORKWIRE_DESCRIPTOR_CLOSED; EMFILE
   */
  duplicate(): Descriptor;
  /**
   * A stream that reads from it and closes it: a file's stream, a terminal's, or the readable side of a `net.Socket` for a pipe or a
   * socket.
   *
   * @throws {TypeError | RangeError} for an option that is wrong: the descriptor stays open here
   * @throws {Error} ERR_FORKWIRE_DESCRIPTOR_TYPE if it cannot be read; ERR_FORKWIRE_DESCRIPTOR_CLOSED
   */
  createReadStream(options?: DescriptorReadOptions): Readable;
  /**
   * A stream that writes to it and closes it.
   *
   * @throws {TypeError | RangeError} for an option that is wrong: the descriptor stays open here
   * @throws {Error} ERR_FORKWIRE_DESCRIPTOR_TYPE if it cannot be written; ERR_FORKWIRE_DESCRIPTOR_CLOSED
   */
  createWriteStream(options?: DescriptorWriteOptions): Writable;
  /**
   * The connection, for a stream socket (TCP or Unix domain) or a pipe.
   *
   * @throws {Error} ERR_FORKWIRE_DESCRIPTOR_TYPE if it is something else, which the error names; ERR_FORKWIRE_DESCRIPTOR_CLOSED
   */
  toSocket(): Socket;
  /**
   * The datagram socket, for one of UDP.
   *
   * @throws {Error} ERR_FORKWIRE_DESCRIPTOR_TYPE, ERR_FORKWIRE_DESCRIPTOR_CLOSED
   */
  toDatagramSocket(): DgramSocket;
  /**
   * A server that listens on it, for a listening socket: `server`, which must not listen yet, or a new `net.Server`. It emits
   * `'listening'` later.
   *
   * @throws {Error} ERR_FORKWIRE_DESCRIPTOR_TYPE, ERR_FORKWIRE_DESCRIPTOR_CLOSED
   */
  toServer<S extends Server = Server>(server?: S): S;
  /** Closes it. Harmless if it is closed. */
  close(): void;
  /** As {@link Descriptor.close}. */
  [Symbol.dispose](): void;
}

/** The class of {@link Descriptor}. */
export interface DescriptorConstructor {
  /**
   * A descriptor of its own for what `source` is open on (dup(2)). The number or the object stays the caller's, and may be closed.
   *
   * @param source the number of a descriptor, or an object that has one: a `FileHandle`, a stream of a file or a terminal, and, except on
   * Windows, a socket or a server
   * @throws {TypeError} ERR_INVALID_ARG_TYPE; ERR_INVALID_HANDLE_TYPE for an object that has none
   * @throws {RangeError} ERR_OUT_OF_RANGE
   * @throws {Error} EBADF if it is not open; EMFILE
   */
  new (source: number | FileHandle | Socket | Server | DgramSocket | Readable | Writable): Descriptor;
  /** For `instanceof`. */
  readonly prototype: Descriptor;
}

/**
 * A socket that this process got from systemd, or from another program that passes sockets in the same way: see
 * {@link inheritedServers}. It accepts nothing by itself.
 *
 * Sent to a worker (`worker.send(message, inherited)`), it stays open here, and arrives as a listening `net.Server`, as a bound
 * `dgram.Socket`, or as a {@link Descriptor} if it is something else.
 */
export interface InheritedServer extends Descriptor {
  /** Its name: the unit's `FileDescriptorName=`, which by default is the name of the socket unit. `'unknown'` if none was passed. */
  readonly name: string;
  /**
   * Makes `server`, or a new `net.Server`, listen on it. It stays open here, to be sent to workers.
   *
   * @throws {Error} ERR_FORKWIRE_DESCRIPTOR_TYPE if it is not a listening socket; ERR_FORKWIRE_DESCRIPTOR_CLOSED; EMFILE
   */
  listen<S extends Server = Server>(server?: S): S;
  /**
   * A `dgram.Socket` over it. It stays open here, to be sent to workers.
   *
   * @throws {Error} ERR_FORKWIRE_DESCRIPTOR_TYPE if it is not a datagram socket; ERR_FORKWIRE_DESCRIPTOR_CLOSED; EMFILE
   */
  bind(): DgramSocket;
}
