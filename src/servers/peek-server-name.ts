// peekServerName(): which server a TLS client wants to talk to, before anybody has answered it.
//
// It reads the client's first message and puts it back, and does not look at it in the kernel (MSG_PEEK). A socket with an
// incomplete message in it is readable all the time, so whoever only looks has to ask again and again, while a client that
// sends slowly keeps a process busy. What was read travels with the connection anyway, and reading works on every system.
import type Net = require('node:net');
import { invalidArgument, outOfRange } from '../errors.js';
import { BufferConcat, clearTimeout, NumberIsInteger, Promise, setTimeout } from '../platform/primordials.js';
import type { PeekOptions } from '../server-types.js';
import { LARGEST_HELLO, readHello } from './client-hello.js';
import { closedEarly, noServerName, notMovable } from './errors.js';

const LONGEST_TIMEOUT = 2 ** 31 - 1;
const DEFAULT_TIMEOUT = 120_000;

export async function peekServerName(
  socket: Net.Socket,
  options: PeekOptions = {},
): Promise<string | undefined> {
  const { Socket } = require('node:net') as typeof Net;
  if (!(socket instanceof Socket)) throw invalidArgument('socket', 'an instance of net.Socket', socket);
  if (typeof options !== 'object' || options === null)
    throw invalidArgument('options', 'of type object', options);
  const timeout = readTimeout(options.timeout);
  if ((socket as { encrypted?: unknown }).encrypted === true) {
    throw notMovable('it has done its TLS handshake: look at its servername');
  }
  // Its bytes were decoded, and cannot be put back.
  if (socket.readableEncoding !== null) throw notMovable('it has an encoding: call setEncoding() later');
  if (socket.destroyed) throw closedEarly();
  const paused = socket.isPaused();
  const parts: Buffer[] = [];
  try {
    return await firstMessage(socket, parts, timeout);
  } finally {
    if (parts.length > 0 && !socket.destroyed && !socket.readableEnded) socket.unshift(BufferConcat(parts));
    if (paused) socket.pause();
  }
}

/** Adds to `parts` what it reads. */
function firstMessage(socket: Net.Socket, parts: Buffer[], timeout: number): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      socket.off('readable', onReadable).off('end', onClosed).off('close', onClosed).off('error', onError);
      settle();
    };
    const onClosed = (): void => end(() => reject(closedEarly()));
    const onError = (error: Error): void => end(() => reject(error));
    const onReadable = (): void => {
      const chunk = socket.read() as Buffer | null;
      if (chunk === null) return;
      parts.push(chunk);
      const bytes = BufferConcat(parts);
      parts.length = 0;
      parts.push(bytes);
      const { done, serverName } = readHello(bytes);
      if (done || bytes.length >= LARGEST_HELLO) end(() => resolve(serverName));
    };
    const timer = setTimeout(() => end(() => reject(noServerName(timeout))), timeout);
    socket.on('readable', onReadable).on('end', onClosed).on('close', onClosed).on('error', onError);
  });
}

function readTimeout(timeout: unknown = DEFAULT_TIMEOUT): number {
  if (typeof timeout !== 'number') throw invalidArgument('options.timeout', 'of type number', timeout);
  if (NumberIsInteger(timeout) && timeout >= 1 && timeout <= LONGEST_TIMEOUT) return timeout;
  throw outOfRange('options.timeout', `an integer >= 1 && <= ${LONGEST_TIMEOUT}`, timeout);
}
