// The bytes that came with a received connection, before those of its socket.
import { BufferFrom, SafeWeakMap } from '../platform/primordials.js';

const lengths = new SafeWeakMap<object, number>();

interface Readable {
  unshift(bytes: Buffer): void;
  readonly readableLength: number;
}

/** Puts them in front. @param early one character for each */
export function putEarly(socket: Readable, early: string): void {
  if (early === '') return;
  const bytes = BufferFrom(early, 'latin1');
  lengths.set(socket, bytes.length);
  socket.unshift(bytes);
}

/** Whether nobody has read any of them. */
export function unreadEarly(socket: Readable): boolean {
  return socket.readableLength >= (lengths.get(socket) ?? 0);
}
