// What was read of a request's body, as bytes that follow its head.
import type { IncomingMessage } from 'node:http';
import type Net = require('node:net');
import { bufferedBytes, dropBufferedBytes } from '../handles/buffered.js';
import { Buffer, BufferConcat, BufferFrom } from '../platform/primordials.js';
import { notMovable } from './errors.js';
import type { Parser } from './insides.js';

const EMPTY = Buffer.alloc(0);

/** Whether the body comes in chunks, each after its length. */
const isChunked = ({ headers }: IncomingMessage): boolean => headers['transfer-encoding'] !== undefined;

/** @throws ERR_FORKWIRE_NOT_MOVABLE if this process has used bytes that the other one would need */
export function refuseRead(request: IncomingMessage, parser: Parser | null | undefined): void {
  if (request.readableDidRead || request.destroyed) {
    throw notMovable('this process has begun to read the body of the request');
  }
  if (parser?.incoming === request) return;
  throw notMovable(
    "this process has read a later request of the same connection. Call handOver() before the 'request' listener returns",
  );
}

export interface TakenBody {
  readonly bytes: Buffer;
  giveBack(): void;
}

/**
 * Takes it out of the request. What the client has not sent yet follows on the socket.
 * @throws ERR_FORKWIRE_NOT_MOVABLE if nobody can say where the rest begins
 */
export function takeBody(request: IncomingMessage): TakenBody {
  const stream = request as unknown as Net.Socket;
  const body = bufferedBytes(stream) ?? EMPTY;
  const bytes = isChunked(request) ? chunked(request, body) : body;
  dropBufferedBytes(stream);
  return {
    bytes,
    giveBack() {
      if (body.length > 0) request.unshift(body);
    },
  };
}

function chunked({ complete, rawTrailers }: IncomingMessage, body: Buffer): Buffer {
  if (!complete) {
    throw notMovable(
      'the body of the request comes in chunks, and this process has read one in part. Call handOver() before the ' +
        "'request' listener returns",
    );
  }
  let end = '0\r\n';
  for (let i = 0; i + 1 < rawTrailers.length; i += 2) end += `${rawTrailers[i]}: ${rawTrailers[i + 1]}\r\n`;
  const parts: Buffer[] = [BufferFrom(`${end}\r\n`, 'latin1')];
  if (body.length > 0) parts.unshift(BufferFrom(`${body.length.toString(16)}\r\n`), body, BufferFrom('\r\n'));
  return BufferConcat(parts);
}
