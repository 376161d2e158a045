// net.Socket: moves to the receiver, or with keepOpen is shared.
import { HandleKind } from '../addon/native.js';
import type { Family } from '../addon/native.js';
import { isFifo } from '../platform/inode.js';
import { isWindows } from '../platform/system.js';
import { dropBufferedBytes, bufferedBytes } from './buffered.js';
import { releaseParser } from './http-parser.js';
import type { ParsedSocket } from './http-parser.js';
import { numberOf } from './numbers.js';
import type { Moved, Packed, PackOptions } from './packed.js';
import type { AccountedServer, SocketLists } from './socket-lists.js';
import { isStreamWrap, openStream } from './wraps.js';
import type { StreamWrap } from './wraps.js';
import type Net = require('node:net');
import { BufferFrom } from '../platform/primordials.js';

/** Members of Node's sockets that its types leave out. */
interface SocketInsides extends ParsedSocket {
  _handle: StreamWrap | null;
  /** The server that accepted it, for the program and for the connection count that destroy() decrements. */
  server?: AccountedServer | null;
  _server?: AccountedServer | null;
  timeout?: number;
}

/** @throws ERR_INVALID_HANDLE_TYPE for one that is not a plain TCP or Unix domain connection, such as TLS */
export function packSocket(socket: Net.Socket, options: PackOptions): Packed | undefined {
  const { keepOpen, carriesBuffered, nodeWire, lists } = options;
  const { _handle: wrap, server } = socket as unknown as SocketInsides;
  if (wrap === null || wrap === undefined) return undefined;
  if (!isStreamWrap(wrap)) return options.packOther(socket, options); // a terminal
  const key = server?._connectionKey ?? '';
  // A sender that keeps the socket open also keeps what it has read from it.
  const buffered = carriesBuffered && !keepOpen ? bufferedBytes(socket) : undefined;
  const { fd, owned } = numberOf(wrap, HandleKind.netSocket, nodeWire);
  const packed: Packed = {
    outgoing: { kind: HandleKind.netSocket, fd, note: key },
    owned,
    buffered,
    take() {
      if (server) lists.track(server, key);
      return keepOpen ? undefined : MovedSocket.take(socket, wrap, buffered);
    },
  };
  // A socket that a server accepted is one.
  const isPipe = !server && wrap.constructor.name === 'Pipe' && !isWindows && isFifo(fd);
  return isPipe ? options.packOther(socket, options, packed) : packed;
}

/**
 * Adopts a received socket. It starts to read at once, as in Node. Otherwise its end would go unnoticed.
 * @param buffered what the sender had read from it, one character per byte
 */
export function adoptSocket(
  family: Family,
  fd: number,
  key: string,
  lists: SocketLists,
  buffered = '',
): Net.Socket {
  const wrap = openStream(family, fd);
  const { Socket } = require('node:net') as typeof Net;
  const options = { handle: wrap, readable: true, writable: true };
  const socket = new Socket(options as object as Net.SocketConstructorOpts);
  if (buffered !== '') socket.unshift(BufferFrom(buffered, 'latin1'));
  if (key !== '') lists.count(socket, key);
  return socket;
}

class MovedSocket implements Moved {
  private constructor(
    private readonly socket: SocketInsides & Net.Socket,
    private readonly wrap: StreamWrap,
    private readonly onread: unknown,
    private readonly reading: boolean,
    private readonly timeout: number,
    private readonly counted: AccountedServer | null | undefined,
    private readonly buffered: Buffer | undefined,
  ) {}

  /** @param buffered what travelled with it */
  static take(thing: Net.Socket, wrap: StreamWrap, buffered: Buffer | undefined): MovedSocket | undefined {
    const socket = thing as SocketInsides & Net.Socket;
    if (socket._handle !== wrap) return undefined; // named twice in one message
    const reading = wrap.reading === true;
    const { server, timeout = 0, _server: counted } = socket;
    const moved = new MovedSocket(socket, wrap, wrap.onread, reading, timeout, counted, buffered);
    socket.setTimeout(0); // first, because a program's override may throw
    // What arrives from now on stays in the kernel, for the receiver.
    wrap.reading = false;
    wrap.readStop();
    wrap.onread = ignore;
    if (buffered !== undefined) dropBufferedBytes(socket);
    socket._handle = null;
    releaseParser(socket);
    if (server) server._connections -= 1;
    socket._server = null; // destroy() of the empty socket would decrement the count again
    return moved;
  }

  release(): void {
    this.wrap.close();
  }

  restore(): void {
    const { socket, wrap } = this;
    if (socket.destroyed) {
      wrap.close();
      return;
    }
    socket._handle = wrap;
    wrap.onread = this.onread;
    if (this.counted !== undefined) socket._server = this.counted;
    if (socket.server) socket.server._connections += 1;
    if (this.timeout > 0) socket.setTimeout(this.timeout);
    if (this.buffered !== undefined) socket.unshift(this.buffered);
    if (!this.reading) return;
    wrap.reading = true;
    wrap.readStart();
  }
}

function ignore(): void {}
