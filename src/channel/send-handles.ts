// Messages with handles: nothing is done to a handle before the addon has a duplicate of its descriptor.
import type { Endpoint } from './endpoint.js';
import { invalidHandle, writeError } from '../errors.js';
import { wrapMessage } from '../handles/envelope.js';
import { nodeEnvelope } from '../handles/node-envelope.js';
import { pack } from '../handles/outgoing.js';
import { isInternal } from './internal-message.js';
import type { Moved, Packed } from '../handles/packed.js';
import { BROKEN, native } from '../addon/native.js';
import type { OutgoingHandle } from '../addon/native.js';
import { toJson } from '../serialization/json.js';
import type { SendCallback } from '../types.js';
import { write } from './write.js';

/** The callback of such a message waits for the receiver to take the handles. */
export function sendWith(
  endpoint: Endpoint,
  message: unknown,
  handle: unknown,
  keepOpen: boolean,
  callback: SendCallback | undefined,
): boolean {
  const packed: Packed[] = [];
  try {
    return sendPacked(endpoint, message, handle, keepOpen, callback, packed);
  } finally {
    for (const { owned, outgoing } of packed) if (owned === true) native().closeFd(outgoing.fd);
  }
}

/** Adds to `packed` what was packed. */
function sendPacked(
  endpoint: Endpoint,
  message: unknown,
  handle: unknown,
  keepOpen: boolean,
  callback: SendCallback | undefined,
  packed: Packed[],
): boolean {
  const { outbox, ledger, lists } = endpoint;
  const array: readonly unknown[] | undefined = Array.isArray(handle) ? handle : undefined;
  // Node's wire has a place for one handle and for no array.
  if (array !== undefined && (array.length === 0 || endpoint.nodeWire)) throw invalidHandle();
  const internal = array === undefined && isInternal(message);
  const { nodeWire } = endpoint;
  const options = { keepOpen, carriesBuffered: !nodeWire && !internal, nodeWire, lists };
  const at: number[] = [];
  for (const [index, thing] of (array ?? [handle]).entries()) {
    const one = thing ? pack(thing, options) : undefined;
    if (one === undefined) continue;
    packed.push(one);
    at.push(index);
  }
  // All of them have closed: the message travels alone, as in Node.
  if (packed.length === 0) return outbox.book(write(endpoint, message, isInternal(message)), callback);
  const body = wrap(endpoint, message, packed, at, array?.length ?? 0);
  let status: number;
  try {
    status = writeWith(endpoint, body, internal, packed);
  } catch (error) {
    // A descriptor that cannot be duplicated is a write that failed. The things are untouched.
    const { code } = error as { code?: unknown };
    const errno = errnoOf(code);
    if (errno === undefined) throw error;
    outbox.reject(writeError(String(code), errno), callback);
    return false;
  }
  if ((status & BROKEN) !== 0) {
    return outbox.book(status, callback && ((error) => callback(error && ledger.failure(error))));
  }
  const moved: Moved[] = [];
  let accepted = true;
  try {
    for (const one of packed) {
      const thing = one.take?.();
      if (thing !== undefined) moved.push(thing);
    }
  } finally {
    // Whatever a thing of the program throws when it is taken: the message is on its way, and counts.
    accepted = outbox.book(status, undefined);
    ledger.add(outbox.sent, callback, moved, packed.length);
  }
  return accepted;
}

/** What travels in place of the message, so that the receiver knows where its handles belong. */
function wrap(
  { nodeWire }: Endpoint,
  message: unknown,
  packed: readonly Packed[],
  at: number[],
  of: number,
): unknown {
  const [first] = packed;
  if (nodeWire && first !== undefined) return nodeEnvelope(message, first.outgoing);
  const buffered = packed.map((one) => one.buffered);
  if (of === 0 && buffered[0] === undefined) return message;
  return wrapMessage(message, at, of, buffered);
}

/** @throws an error with an errno's name as code if a descriptor cannot be duplicated */
function writeWith(
  { monitor, native: channel, outbox, serializer }: Endpoint,
  message: unknown,
  internal: boolean,
  packed: readonly Packed[],
): number {
  const outgoing: OutgoingHandle[] = [];
  for (const one of packed) outgoing.push(one.outgoing);
  const bytes = serializer?.serialize(message);
  const text = bytes === undefined ? toJson(message) : '';
  // One that is not open yet (a socket before bind or connect) has no descriptor.
  if (outgoing.some(({ fd }) => fd < 0)) throw Object.assign(new Error('no descriptor'), { code: 'EBADF' });
  const status =
    bytes === undefined
      ? channel.sendTextWith(text, internal, outgoing)
      : channel.sendBytesWith(bytes, internal, outgoing);
  if (monitor.trace !== undefined) {
    const what = bytes === undefined ? { text } : { bytes: bytes.byteLength, value: message };
    monitor.trace.sends(outbox.sent + 1, { ...what, internal, handles: outgoing.length }, status);
  }
  return status;
}

function errnoOf(code: unknown): number | undefined {
  const { constants } = require('node:os') as typeof import('node:os');
  const numbers: Record<string, number | undefined> = constants.errno;
  return typeof code === 'string' ? numbers[code] : undefined;
}
