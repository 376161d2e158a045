// The last step of sending a message with handles: into the addon, and into the ledger.
import { NoDuplicate, asNoDuplicate } from './duplicate.js';
import type { Endpoint } from './endpoint.js';
import { writeError } from '../errors.js';
import type { HandleGroup } from './ledger.js';
import type { Moved, Packed } from '../handles/packed.js';
import { BROKEN, LATE, native } from '../addon/native.js';
import type { OutgoingHandle } from '../addon/native.js';
import type { SendCallback } from '../types.js';
import { ArrayPrototypePush } from '../platform/primordials.js';

/** The handles of one message. */
export interface Load {
  /** What was packed so far. */
  packed: Packed[];
  /** The channel has the message: what moves is taken from the program. */
  taken: boolean;
}

/** A message that is ready to go. */
interface Ready {
  /** What was encoded. */
  readonly value: unknown;
  readonly encoded: string | Uint8Array;
  readonly internal: boolean;
  /** What passes it to the addon, for a request or a response. The sender reports its failure. */
  readonly carry?: Carry | undefined;
}

/** One call into the addon. Returns its status. */
export type Carry = (encoded: string | Uint8Array, handles: OutgoingHandle[]) => number;

/**
 * Runs a step that packs handles and sends them. Afterwards it closes the duplicates that were not given to the addon, and undoes what
 * was packed and not sent. If there is no descriptor for one, the message fails.
 */
export function releasing(
  endpoint: Endpoint,
  callback: SendCallback | undefined,
  step: (load: Load) => boolean,
): boolean {
  const load: Load = { packed: [], taken: false };
  try {
    return step(load);
  } catch (error) {
    if (!(error instanceof NoDuplicate)) throw error;
    endpoint.outbox.reject(writeError(error.code, error.errno), callback); // the handles are untouched
    return false;
  } finally {
    release(load);
  }
}

export function release({ packed, taken }: Load): void {
  for (let i = 0; i < packed.length; i++) {
    const one = packed[i] as Packed;
    if (one.owned === true) native().closeFd(one.outgoing.fd);
    if (!taken) one.abandon?.();
  }
}

/** Sends a message with at least one handle. */
export function dispatch(
  endpoint: Endpoint,
  ready: Ready,
  load: Load,
  callback: SendCallback | undefined,
): boolean {
  const { outbox, ledger } = endpoint;
  const { packed } = load;
  const handles = countHandles(packed);
  const status = writeWith(endpoint, ready, packed, handles);
  const quiet = ready.carry !== undefined;
  if (quiet && (status & (BROKEN | LATE)) !== 0) return false;
  if ((status & BROKEN) !== 0) {
    return outbox.book(status, callback && ((error) => callback(error && ledger.failure(error))));
  }
  // Counted before any code of the program runs, because that may send too.
  load.taken = true;
  const group = ledger.add(outbox.sent + 1, callback, handles);
  const accepted = quiet ? outbox.bookQuiet(status) : outbox.book(status, undefined);
  endpoint.monitor.handles('sent', handles);
  if (packed.length === 1) takeOne(packed[0] as Packed, group);
  else takeAll(packed, group);
  return accepted;
}

function countHandles(packed: readonly Packed[]): number {
  let sum = 0;
  for (let i = 0; i < packed.length; i++) sum += 1 + (packed[i]?.before?.length ?? 0);
  return sum;
}

/** Takes a thing from the program. @throws what a method of it throws */
function takeOne(one: Packed, group: HandleGroup): void {
  const thing = one.take?.();
  if (thing !== undefined) group.moved = [thing];
}

/** Takes things from the program. @throws what a method of one of them throws, when all are taken */
function takeAll(packed: readonly Packed[], group: HandleGroup): void {
  const moved: Moved[] = [];
  const thrown: unknown[] = [];
  group.moved = moved;
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

/** @throws NoDuplicate */
function writeWith(endpoint: Endpoint, ready: Ready, packed: readonly Packed[], handles: number): number {
  const { monitor, outbox } = endpoint;
  const { value, encoded, internal } = ready;
  let status: number;
  try {
    status = pass(endpoint, ready, packed, handles);
  } catch (error) {
    throw asNoDuplicate(error);
  }
  if (monitor.trace !== undefined) {
    const what = typeof encoded === 'string' ? { text: encoded } : { bytes: encoded.byteLength, value };
    monitor.trace.sends(outbox.sent + 1, { ...what, internal, handles }, status);
  }
  return status;
}

/** One call into the addon. Returns its status. */
function pass(
  { functions, native: channel }: Endpoint,
  { encoded, internal, carry }: Ready,
  packed: readonly Packed[],
  handles: number,
): number {
  const one = packed[0] as Packed;
  if (handles === 1 && one.owned === true && carry === undefined && typeof encoded === 'string') {
    const { kind, fd, note } = one.outgoing;
    one.owned = false; // the addon closes it
    return functions.sendHandle(encoded, kind, fd, note, internal);
  }
  const outgoing: OutgoingHandle[] = [];
  for (let i = 0; i < packed.length; i++) {
    const { before, outgoing: own } = packed[i] as Packed;
    if (before !== undefined) ArrayPrototypePush(outgoing, ...before);
    ArrayPrototypePush(outgoing, own);
  }
  if (carry !== undefined) return carry(encoded, outgoing);
  return typeof encoded === 'string'
    ? channel.sendTextWith(encoded, internal, outgoing)
    : channel.sendBytesWith(encoded, internal, outgoing);
}
