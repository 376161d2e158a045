// The compiled code of the channels, which a parent has and hands to its children: to compile channels.js takes a child longer
// than everything else that it does before its program runs. The code goes ahead of all else on the channel, and is there when
// the child starts.
import { readSync, writeSync } from '../platform/files.js';
import { BufferAllocUnsafeSlow, NumberIsInteger, process } from '../platform/primordials.js';
import { runtime } from '../platform/runtime.js';

/** Bytes. The kernel's buffers take a little more than this on Linux; on macOS they take next to nothing. */
const LIMIT = 200_000;

const isOffered = runtime === 'Node' && process.platform === 'linux';

let create: (() => Buffer) | undefined;
let code: Buffer | undefined;
let children = 0;

/** @param make creates V8's code cache of what has run of channels.js so far */
export function provideCode(make: () => Buffer): void {
  create ??= make;
}

/**
 * Sends the code ahead, to a child that is about to be started. Returns the number of bytes.
 *
 * The first child gets none: a parent would spend as long on creating it as the child on doing without.
 */
export function sendCode(end: number): number {
  children += 1;
  if (!isOffered || children === 1 || create === undefined) return 0;
  code ??= create();
  if (code.byteLength > LIMIT) return 0;
  try {
    // What is cut off is of no use, and V8 refuses it; the child takes it from the channel all the same.
    return writeSync(end, code);
  } catch {
    return 0;
  }
}

/**
 * Takes from the channel what sendCode() has put there. Undefined if it was nothing.
 *
 * @throws what reading throws
 */
export function takeCode(fd: number, bytes: unknown): Buffer | undefined {
  if (!NumberIsInteger(bytes) || (bytes as number) < 1 || (bytes as number) > LIMIT) return undefined;
  const taken = BufferAllocUnsafeSlow(bytes as number);
  for (let at = 0; at < taken.byteLength;) {
    const read = readSync(fd, taken, at, taken.byteLength - at, null);
    if (read === 0) return undefined; // the parent has gone
    at += read;
  }
  return taken;
}
