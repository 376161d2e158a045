// The last step of sending a message with handles: into the addon, and into the ledger.
import type { Endpoint } from './endpoint.js';
import { writeError } from '../errors.js';
import type { Moved, Packed } from '../handles/packed.js';
import { BROKEN, LATE, native } from '../addon/native.js';
import type { OutgoingHandle } from '../addon/native.js';
import { isWindows } from '../platform/system.js';
import type { SendCallback } from '../types.js';
import { ArrayPrototypePush } from '../platform/primordials.js';

/** A descriptor could not be duplicated. That is a failed write, and not a fault of send()'s caller. */
export class NoDuplicate {
  constructor(
    readonly code: string,
    readonly errno: number,
  ) {}
}

/** The handles of one message. */
export interface Load {
  /** What was packed so far. */
  readonly packed: Packed[];
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
 * Runs a step that packs handles and sends them. Afterwards it closes the duplicates, of which the addon has its own, and undoes what
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
  const status = writeWith(endpoint, ready, packed);
  const quiet = ready.carry !== undefined;
  if (quiet && (status & (BROKEN | LATE)) !== 0) return false;
  if ((status & BROKEN) !== 0) {
    return outbox.book(status, callback && ((error) => callback(error && ledger.failure(error))));
  }
  // Counted before any code of the program runs, because that may send too.
  const moved: Moved[] = [];
  const handles = countHandles(packed);
  load.taken = true;
  ledger.add(outbox.sent + 1, callback, moved, handles);
  const accepted = quiet ? outbox.bookQuiet(status) : outbox.book(status, undefined);
  endpoint.monitor.handles('sent', handles);
  take(packed, moved);
  return accepted;
}

function countHandles(packed: readonly Packed[]): number {
  let sum = 0;
  for (let i = 0; i < packed.length; i++) sum += 1 + (packed[i]?.before?.length ?? 0);
  return sum;
}

/**
 * A duplicate of its descriptor. The program may close the handle while the message is serialized, and the number may soon
 * belong to another file.
 * @throws NoDuplicate
 */
export function hold(one: Packed): Packed {
  const { fd } = one.outgoing;
  // A handle that is not open yet (a socket before bind or connect) has no descriptor.
  if (fd < 0) throw noDuplicate('EBADF');
  // On Windows the number is that of a socket or of a handle, and this duplicates neither.
  if (one.owned === true || one.keeper !== undefined || isWindows) return one;
  return {
    ...one,
    outgoing: { ...one.outgoing, fd: duplicating(() => native().duplicateFd(fd)) },
    owned: true,
  };
}

/** Takes the things from the program. @throws what a method of one of them throws, when all are taken */
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

/** @throws NoDuplicate */
function writeWith(
  { monitor, native: channel, outbox }: Endpoint,
  { value, encoded, internal, carry }: Ready,
  packed: readonly Packed[],
): number {
  const outgoing: OutgoingHandle[] = [];
  for (let i = 0; i < packed.length; i++) {
    const { before, outgoing: own } = packed[i] as Packed;
    if (before !== undefined) ArrayPrototypePush(outgoing, ...before);
    ArrayPrototypePush(outgoing, own);
  }
  const isText = typeof encoded === 'string';
  const status = duplicating(() =>
    carry !== undefined
      ? carry(encoded, outgoing)
      : isText
        ? channel.sendTextWith(encoded, internal, outgoing)
        : channel.sendBytesWith(encoded, internal, outgoing),
  );
  if (monitor.trace !== undefined) {
    const what = isText ? { text: encoded } : { bytes: encoded.byteLength, value };
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
