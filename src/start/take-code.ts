// The child's side of code-cache.ts. It runs before the program, and so before anything can be replaced.
import { readSync } from '../platform/files.js';

/** Bytes. The kernel's buffers take a little more than this on Linux; on macOS they take next to nothing. */
export const LIMIT = 200_000;

/** In place of a number of bytes: it comes first on the channel, once the child has been started. */
export const FOLLOWS = -1;

/** The bytes of that number, which is a little-endian one. */
export const SIZE_BYTES = 4;

/**
 * Takes from the channel what sendCode() or sendCodeLate() puts there, and waits for that. Undefined if it was nothing.
 *
 * @throws what reading throws
 */
export function takeCode(fd: number, bytes = 0): Buffer | undefined {
  if (bytes === FOLLOWS) return take(fd, take(fd, SIZE_BYTES)?.readUInt32LE());
  return take(fd, bytes);
}

function take(fd: number, bytes = 0): Buffer | undefined {
  if (!Number.isInteger(bytes) || bytes < 1 || bytes > LIMIT) return undefined;
  const taken = Buffer.allocUnsafeSlow(bytes);
  for (let at = 0; at < taken.byteLength;) {
    const read = readSync(fd, taken, at, taken.byteLength - at, null);
    if (read === 0) return undefined; // the parent has gone
    at += read;
  }
  return taken;
}
