// The compiled code of the channels, which a parent has and hands to its children: to compile channels.js takes a child longer
// than everything else that it does before its program runs. The code goes ahead of all else on the channel, and is there when
// the child starts.
import { writeSync } from '../platform/files.js';
import { process } from '../platform/primordials.js';
import { runtime } from '../platform/runtime.js';
import { LIMIT } from './take-code.js';

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
