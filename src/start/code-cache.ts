// The compiled code of the channels, which a parent has and hands to its children: to compile channels.js takes a child longer
// than everything else that it does before its program runs. The code goes ahead of all else on the channel, and is there when
// the child needs it.
import { writeSync } from '../platform/files.js';
import { BufferAllocUnsafeSlow, process } from '../platform/primordials.js';
import { runtime } from '../platform/runtime.js';
import { FOLLOWS, LIMIT, SIZE_BYTES } from './take-code.js';

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
 * @param canFollow whether {@link sendCodeLate} will be called; the result may be {@link FOLLOWS} then
 */
export function sendCode(end: number, canFollow = false): number {
  children += 1;
  if (!isOffered || create === undefined) return 0;
  if (children === 1) return canFollow ? FOLLOWS : 0;
  code ??= createFitting();
  try {
    // What is cut off is of no use, and V8 refuses it; the child takes it from the channel all the same.
    return writeSync(end, code);
  } catch {
    return 0;
  }
}

/**
 * Sends the code to the first child, which has been started and needs it only once Node runs in it. So the two processes do this at
 * the same time. Nothing else may have been written to `end`, and writes have to block. Later children get other code: only now does
 * this process compile what sends and receives.
 */
export function sendCodeLate(end: number): void {
  try {
    const made = createFitting();
    const size = BufferAllocUnsafeSlow(SIZE_BYTES);
    for (let i = 0; i < SIZE_BYTES; i++) size[i] = (made.byteLength >>> (8 * i)) & 0xff;
    writeAll(end, size);
    writeAll(end, made);
  } catch {
    // The child has gone: a socket takes this much, and waits otherwise.
  }
}

/** Empty if there is none that fits. */
function createFitting(): Buffer {
  const none = BufferAllocUnsafeSlow(0);
  try {
    const made = create?.() ?? none;
    return made.byteLength > LIMIT ? none : made;
  } catch {
    return none;
  }
}

function writeAll(end: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.byteLength;) at += writeSync(end, bytes, at);
}
