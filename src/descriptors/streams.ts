// The objects that take a descriptor over.
import type { Readable, Writable } from 'node:stream';
import type { Description, Family } from '../addon/native.js';
import type { DescriptorReadOptions, DescriptorWriteOptions } from '../descriptor-types.js';
import { adoptBunDgram, adoptBunSocket } from '../handles/bun.js';
import { adoptDgram } from '../handles/dgram.js';
import { listenOn } from '../handles/server.js';
import { closeIfThrows, openStream } from '../handles/wraps.js';
import { BufferFrom } from '../platform/primordials.js';
import { runtime } from '../platform/runtime.js';
import type Dgram = require('node:dgram');
import type Fs = require('node:fs');
import type Net = require('node:net');
import type Tty = require('node:tty');

/** A descriptor that is given away with this. */
export interface Given {
  readonly fd: number;
  readonly what: Description;
  /** What was read from it before, one character per byte. */
  readonly buffered: string;
}

export function readFrom(given: Given, { encoding, ...options }: DescriptorReadOptions): Readable {
  const stream = openForReading(given, options);
  if (given.buffered !== '') stream.unshift(BufferFrom(given.buffered, 'latin1'));
  if (encoding !== undefined) stream.setEncoding(encoding); // after that, so that it is decoded too
  return stream;
}

function openForReading(given: Given, options: DescriptorReadOptions): Readable {
  const { fd, what } = given;
  if (what.type === 'terminal') {
    const { ReadStream } = require('node:tty') as typeof Tty;
    // Its own default is another one, and an option that is undefined would replace it.
    const own = options.highWaterMark === undefined ? {} : { highWaterMark: options.highWaterMark };
    return closeIfThrows('pipe', fd, () => new ReadStream(fd, own as Net.SocketConstructorOpts));
  }
  if (isSocketLike(what))
    return openSocket(given, { highWaterMark: options.highWaterMark, readable: true, writable: false });
  const { createReadStream } = require('node:fs') as typeof Fs;
  return closeIfThrows('pipe', fd, () => createReadStream('', { ...options, fd }));
}

export function writeTo(given: Given, options: DescriptorWriteOptions): Writable {
  const { fd, what } = given;
  if (what.type === 'terminal') {
    const { WriteStream } = require('node:tty') as typeof Tty;
    const stream = closeIfThrows('pipe', fd, () => new WriteStream(fd));
    return stream.once('finish', () => stream.destroy()); // by itself it would wait for a read side that nobody reads
  }
  if (isSocketLike(what))
    return openSocket(given, { highWaterMark: options.highWaterMark, readable: false, writable: true });
  const { createWriteStream } = require('node:fs') as typeof Fs;
  return closeIfThrows('pipe', fd, () => createWriteStream('', { ...options, fd }));
}

export function socketOf(given: Given): Net.Socket {
  const { readable, writable } = given.what;
  const socket = openSocket(given, { readable, writable });
  if (given.buffered !== '') socket.unshift(BufferFrom(given.buffered, 'latin1'));
  return socket;
}

export function datagramSocketOf({ fd, what }: Given): Dgram.Socket {
  return runtime === 'Bun' ? adoptBunDgram(what.family, fd) : adoptDgram(what.family as Family, fd);
}

export function serverOf({ fd, what }: Given, given: Net.Server | undefined): Net.Server {
  const server = given ?? new (require('node:net') as typeof Net).Server();
  listenOn(server, what.family as Family, fd);
  return server;
}

/** Waiting for a pipe in node:fs would keep a thread of its pool; net.Socket waits in the event loop, where the runtime can. */
function isSocketLike({ type }: Description): boolean {
  return type === 'socket' || (type === 'pipe' && runtime !== 'Bun');
}

interface Direction {
  readonly readable: boolean;
  readonly writable: boolean;
  readonly highWaterMark?: number | undefined;
}

function openSocket({ fd, what }: Given, direction: Direction): Net.Socket {
  if (runtime === 'Bun') return adoptBunSocket(fd, '');
  const handle = openStream(what.family === 'tcp' ? 'tcp' : 'pipe', fd);
  const { Socket } = require('node:net') as typeof Net;
  return new Socket({ ...direction, handle } as object as Net.SocketConstructorOpts);
}
