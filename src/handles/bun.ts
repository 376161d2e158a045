// Sockets and servers of Bun. They have no wraps like Node's, but they expose their descriptors and accept others.
import { invalidHandle } from '../errors.js';
import { HandleKind, native } from '../addon/native.js';
import { dropBufferedBytes, bufferedBytes } from './buffered.js';
import type { Moved, Packed, PackOptions } from './packed.js';
import { closeIfThrows, udpWrapOf } from './wraps.js';
import type Net = require('node:net');
import type Dgram = require('node:dgram');
import { BufferFrom } from '../platform/primordials.js';

/** What Bun has instead of a wrap. */
interface BunHandle {
  /** Negative once it is closed. */
  readonly fd?: number;
}

interface BunStream extends BunHandle {
  pause(): void;
  resume(): void;
  close(): void;
}

interface SocketInsides {
  _handle: BunStream | null;
  readonly encrypted?: boolean;
}

/** Whether it is a socket or a server. */
export function isBunSocket(thing: unknown): boolean {
  const net = require('node:net') as typeof Net;
  const dgram = require('node:dgram') as typeof Dgram;
  return thing instanceof net.Socket || thing instanceof net.Server || thing instanceof dgram.Socket;
}

/** Undefined if it has no descriptor, or no longer has one. @throws ERR_INVALID_HANDLE_TYPE */
export function packBun(thing: unknown, options: PackOptions): Packed | undefined {
  const net = require('node:net') as typeof Net;
  if (thing instanceof net.Socket) return packSocket(thing, options);
  if (thing instanceof net.Server) {
    return shared(HandleKind.netServer, (thing as unknown as { _handle: BunHandle | null })._handle, '');
  }
  return shared(
    HandleKind.dgramSocket,
    udpWrapOf(thing as Dgram.Socket),
    (thing as unknown as { type: string }).type,
  );
}

function shared(kind: number, handle: BunHandle | null | undefined, note: string): Packed | undefined {
  if (handle === null || handle === undefined) return undefined;
  if (typeof handle.fd !== 'number') throw invalidHandle();
  return { outgoing: { kind, fd: handle.fd, note } };
}

function packSocket(socket: Net.Socket, { keepOpen, carriesBuffered }: PackOptions): Packed | undefined {
  const { _handle: handle, encrypted } = socket as unknown as SocketInsides;
  if (encrypted === true) throw invalidHandle();
  // Without the name of its server: Bun's servers do not count connections in other processes.
  const packed = shared(HandleKind.netSocket, handle, '');
  if (packed === undefined || handle === null || keepOpen) return packed;
  const buffered = carriesBuffered ? bufferedBytes(socket) : undefined;
  return { ...packed, buffered, take: () => moveSocket(socket, handle, buffered) };
}

function moveSocket(thing: Net.Socket, handle: BunStream, buffered: Buffer | undefined): Moved | undefined {
  const socket = thing as Net.Socket & SocketInsides;
  if (socket._handle !== handle) return undefined; // named twice in one message
  const { timeout = 0 } = socket;
  // What arrives from now on stays in the kernel, for the receiver.
  handle.pause();
  if (buffered !== undefined) dropBufferedBytes(socket);
  socket._handle = null;
  socket.setTimeout(0);
  return {
    release: () => handle.close(),
    restore() {
      if (socket.destroyed) {
        handle.close();
        return;
      }
      socket._handle = handle;
      if (timeout > 0) socket.setTimeout(timeout);
      if (buffered !== undefined) socket.unshift(buffered);
      if (!socket.isPaused()) handle.resume();
    },
  };
}

/** Takes over `fd`. @param buffered what the sender had read from it, one character per byte */
export function adoptBunSocket(fd: number, buffered: string): Net.Socket {
  const { Socket } = require('node:net') as typeof Net;
  const socket = new Socket();
  closeIfThrows('tcp', fd, () => socket.connect({ fd } as object as Net.SocketConnectOpts));
  if (buffered !== '') socket.unshift(BufferFrom(buffered, 'latin1'));
  return socket;
}

/** Takes over `fd`, and closes it on failure. */
export function adoptBunDgram(type: string, fd: number): Dgram.Socket {
  const { createSocket } = require('node:dgram') as typeof Dgram;
  return closeIfThrows('udp4', fd, () =>
    createSocket(type as Dgram.SocketType).bind({ fd } as Dgram.BindOptions),
  );
}

/** Closes `fd`. @throws always */
export function refuseWrap(fd: number): never {
  native().closeFd(fd);
  throw new Error('Bun has no wraps of descriptors; send the net.Socket, net.Server or dgram.Socket itself');
}
