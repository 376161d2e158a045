// Messages with handles. A handle is not touched before the addon has a duplicate of its descriptor.
import type { Endpoint } from './endpoint.js';
import { invalidHandle, writeError } from '../errors.js';
import { wrapMessage } from '../handles/envelope.js';
import type { Path } from '../handles/paths.js';
import { nodeEnvelope } from '../handles/node-envelope.js';
import { pack } from '../handles/outgoing.js';
import { isInternal } from './internal-message.js';
import type { Moved, Packed } from '../handles/packed.js';
import { BROKEN, native } from '../addon/native.js';
import type { OutgoingHandle } from '../addon/native.js';
import { isWindows } from '../platform/system.js';
import { toJson } from '../serialization/json.js';
import type { SendCallback } from '../types.js';
import { write } from './write.js';
import { ArrayIsArray, ArrayPrototypePush } from '../platform/primordials.js';

/** A descriptor could not be duplicated. That is a failed write, and not a fault of send()'s caller. */
class NoDuplicate {
  constructor(
    readonly code: string,
    readonly errno: number,
  ) {}
}

/** The callback of such a message waits for the receiver to take the handles. */
export function sendWith(
  endpoint: Endpoint,
  message: unknown,
  handle: unknown,
  keepOpen: boolean,
  callback: SendCallback | undefined,
  places?: readonly Path[],
): boolean {
  const packed: Packed[] = [];
  const load: Load = { message, handle, keepOpen, places, packed, taken: false };
  try {
    return sendPacked(endpoint, load, callback);
  } catch (error) {
    if (!(error instanceof NoDuplicate)) throw error;
    endpoint.outbox.reject(writeError(error.code, error.errno), callback); // the handles are untouched
    return false;
  } finally {
    for (let i = 0; i < packed.length; i++) {
      const one = packed[i] as Packed;
      if (one.owned === true) native().closeFd(one.outgoing.fd);
      if (!load.taken) one.abandon?.();
    }
  }
}

/** One message and its handles. */
interface Load {
  readonly message: unknown;
  readonly handle: unknown;
  readonly keepOpen: boolean;
  /** The paths of the handles of an array inside the message. */
  readonly places: readonly Path[] | undefined;
  /** What was packed so far. */
  readonly packed: Packed[];
  /** The channel has the message. Takes what moves from the program. */
  taken: boolean;
}

function sendPacked(endpoint: Endpoint, load: Load, callback: SendCallback | undefined): boolean {
  const { message, handle, keepOpen, packed } = load;
  const { outbox, ledger, lists } = endpoint;
  const array: readonly unknown[] | undefined = ArrayIsArray(handle) ? handle : undefined;
  // Node's wire has room for one handle, and not for an array.
  if (array !== undefined && (array.length === 0 || endpoint.nodeWire)) throw invalidHandle();
  const internal = array === undefined && isInternal(message);
  const { nodeWire } = endpoint;
  const options = { keepOpen, carriesBuffered: !nodeWire && !internal, nodeWire, lists };
  const at: number[] = [];
  const things = array ?? [handle];
  for (let index = 0; index < things.length; index++) {
    const one = things[index] ? pack(things[index], options) : undefined;
    if (one === undefined) continue;
    ArrayPrototypePush(packed, hold(one));
    ArrayPrototypePush(at, index);
  }
  // All of them have closed, so the message travels alone, as in Node.
  if (packed.length === 0) return outbox.book(write(endpoint, message, isInternal(message)), callback);
  const body = wrap(endpoint, load, at, array?.length ?? 0);
  const status = writeWith(endpoint, body, internal, packed);
  if ((status & BROKEN) !== 0) {
    return outbox.book(status, callback && ((error) => callback(error && ledger.failure(error))));
  }
  // Counted before any code of the program runs, because that may send too.
  const moved: Moved[] = [];
  const handles = countHandles(packed);
  load.taken = true;
  ledger.add(outbox.sent + 1, callback, moved, handles);
  const accepted = outbox.book(status, undefined);
  endpoint.monitor.handles('sent', handles);
  take(packed, moved);
  return accepted;
}

/**
 * A duplicate of its descriptor. The program may close the handle while the message is serialized, and the number may soon
 * belong to another file.
 * @throws NoDuplicate
 */
function hold(one: Packed): Packed {
  const { fd } = one.outgoing;
  // A handle that is not open yet (a socket before bind or connect) has no descriptor.
  if (fd < 0) throw noDuplicate('EBADF');
  // On Windows the number is that of a socket or of a handle, and this duplicates neither.
  if (one.owned === true || isWindows) return one;
  return {
    ...one,
    outgoing: { ...one.outgoing, fd: duplicating(() => native().duplicateFd(fd)) },
    owned: true,
  };
}

/** Takes the handles from the program. @throws what a method of one of them throws, after all are taken */
function take(packed: readonly Packed[], moved: Moved[]): void {
  const thrown: unknown[] = [];
  for (let i = 0; i < packed.length; i++) {
    try {
      const thing = packed[i]?.take?.();
      if (thing !== undefined) ArrayPrototypePush(moved, thing);
    } catch (error) {
      ArrayPrototypePush(thrown, error);
    }
  }
  if (thrown.length > 0) throw thrown[0];
}

/** What travels in place of the message, so that the receiver knows the places of its handles. */
function wrap({ nodeWire }: Endpoint, { message, packed, places }: Load, at: number[], of: number): unknown {
  const first = packed[0];
  if (nodeWire && first !== undefined) return nodeEnvelope(message, first.outgoing);
  const buffered: (Buffer | undefined)[] = [];
  for (let i = 0; i < packed.length; i++) ArrayPrototypePush(buffered, packed[i]?.buffered);
  if (of === 0 && buffered[0] === undefined) return message;
  return wrapMessage(message, at, of, buffered, places);
}

function countHandles(packed: readonly Packed[]): number {
  let sum = 0;
  for (let i = 0; i < packed.length; i++) sum += 1 + (packed[i]?.before?.length ?? 0);
  return sum;
}

/** @throws NoDuplicate */
function writeWith(
  { monitor, native: channel, outbox, serializer }: Endpoint,
  message: unknown,
  internal: boolean,
  packed: readonly Packed[],
): number {
  const outgoing: OutgoingHandle[] = [];
  for (let i = 0; i < packed.length; i++) {
    const { before, outgoing: own } = packed[i] as Packed;
    if (before !== undefined) ArrayPrototypePush(outgoing, ...before);
    ArrayPrototypePush(outgoing, own);
  }
  const bytes = serializer?.serialize(message);
  const text = bytes === undefined ? toJson(message) : '';
  const status = duplicating(() =>
    bytes === undefined
      ? channel.sendTextWith(text, internal, outgoing)
      : channel.sendBytesWith(bytes, internal, outgoing),
  );
  if (monitor.trace !== undefined) {
    const what = bytes === undefined ? { text } : { bytes: bytes.byteLength, value: message };
    monitor.trace.sends(outbox.sent + 1, { ...what, internal, handles: outgoing.length }, status);
  }
  return status;
}

/** @throws NoDuplicate for an error with an errno's name as code */
function duplicating<T>(step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw noDuplicate((error as { code?: unknown }).code) ?? error;
  }
}

function noDuplicate(code: unknown): NoDuplicate | undefined {
  const { constants } = require('node:os') as typeof import('node:os');
  const numbers: Record<string, number | undefined> = constants.errno;
  const errno = typeof code === 'string' ? numbers[code] : undefined;
  return errno === undefined ? undefined : new NoDuplicate(String(code), errno);
}
