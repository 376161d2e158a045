// Data that a socket's stream has read and the program has not consumed. It travels with the socket. Node loses it
// (nodejs/node#8353), and has no public way to look at it without consuming it.
import type Net = require('node:net');
import { BufferConcat, BufferFrom } from '../platform/primordials.js';

/** Where Node's streams keep it: in a linked list up to Node 21, in an array with a start index since. */
interface ReadableInsides {
  length: number;
  buffer: Iterable<Buffer | string> & { clear?(): void; length: number };
  bufferIndex?: number;
  encoding?: BufferEncoding | null;
  /** The bytes of an incomplete character, in a string_decoder. */
  decoder?: { lastChar: Buffer; lastNeed: number; lastTotal: number } | null;
}

const insides = (socket: Net.Socket): ReadableInsides | undefined =>
  (socket as unknown as { _readableState?: ReadableInsides })._readableState;

/** Returns it without consuming it. Undefined if there is none. */
export function bufferedBytes(socket: Net.Socket): Buffer | undefined {
  const state = insides(socket);
  if (state === undefined || (state.length === 0 && !state.decoder)) return undefined;
  const parts: Buffer[] = [];
  if (state.length > 0) {
    const encoding = state.encoding ?? 'utf8';
    for (const part of [...state.buffer].slice(state.bufferIndex ?? 0)) {
      parts.push(typeof part === 'string' ? BufferFrom(part, encoding) : part);
    }
  }
  const { decoder } = state;
  if (decoder && decoder.lastNeed > 0) {
    parts.push(decoder.lastChar.subarray(0, decoder.lastTotal - decoder.lastNeed));
  }
  return parts.length > 0 ? BufferConcat(parts) : undefined;
}

/** Discards it, once the receiver has it. */
export function dropBufferedBytes(socket: Net.Socket): void {
  const state = insides(socket);
  if (state === undefined) return;
  if (state.buffer.clear !== undefined) state.buffer.clear();
  else state.buffer.length = 0;
  if (state.bufferIndex !== undefined) state.bufferIndex = 0;
  state.length = 0;
}
