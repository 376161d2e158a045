// What a message needs besides its handles: the place of each in an array, because some may have closed on the way, and
// data that was read from a socket before it was sent.
import {
  ArrayIsArray,
  ArrayPrototypePush,
  BufferPrototypeToString,
  MathMax,
  NumberIsInteger,
} from '../platform/primordials.js';
import { arePaths } from './paths.js';
import type { Path } from './paths.js';

/** Begins like the name of an internal message, so that no message of a program can have it. */
const COMMAND = 'NODE_HANDLES';

/** The most handles in one array: as many as the kernel takes in one message. */
const LIMIT = 253;

export interface Envelope {
  cmd: typeof COMMAND;
  /** The places of the handles that travel, in ascending order. */
  at: readonly number[];
  /** The length of the array. 0 for a handle that was not sent in an array. */
  of: number;
  /** For each handle that travels, what had been read from it, one character per byte. Absent if that is nothing for all. */
  early?: string[];
  /** For each handle that travels, its path inside the message. Absent if none of them is inside. */
  in?: readonly Path[];
  msg: unknown;
}

export function wrapMessage(
  msg: unknown,
  at: readonly number[],
  of: number,
  buffered: readonly (Buffer | undefined)[],
  paths?: readonly Path[],
): Envelope {
  let any = false;
  const early: string[] = [];
  for (let i = 0; i < buffered.length; i++) {
    const bytes = buffered[i];
    any ||= bytes !== undefined;
    ArrayPrototypePush(early, bytes === undefined ? '' : BufferPrototypeToString(bytes, 'latin1'));
  }
  const envelope: Envelope = any ? { cmd: COMMAND, at, of, early, msg } : { cmd: COMMAND, at, of, msg };
  if (paths !== undefined) envelope.in = paths;
  return envelope;
}

/** Undefined for a message with one handle, which needs no envelope. @throws if it is an invalid envelope */
export function openEnvelope(message: unknown, handles: number): Envelope | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const envelope = message as Partial<Envelope>;
  if (envelope.cmd !== COMMAND) return undefined;
  const { at, of, early, in: paths } = envelope;
  const good =
    isIndex(of, LIMIT + 1) &&
    isAscending(at, MathMax(1, of)) &&
    at.length === handles &&
    (early === undefined || isTexts(early, handles)) &&
    (paths === undefined || arePaths(paths, handles));
  if (!good) throw new Error('its envelope of handles is wrong');
  return envelope as Envelope;
}

/** What the listener gets besides the message. */
export function place(things: readonly unknown[], { at, of }: Envelope): unknown {
  if (of === 0) return things[0];
  const array: unknown[] = [];
  for (let i = 0; i < of; i++) ArrayPrototypePush(array, undefined);
  for (let i = 0; i < at.length; i++) array[at[i] as number] = things[i];
  return array;
}

function isIndex(value: unknown, end: number): value is number {
  return NumberIsInteger(value) && (value as number) >= 0 && (value as number) < end;
}

/** Whether these are ascending indexes below `end`. Of two handles with the same place, one would stay open, owned by nobody. */
function isAscending(value: unknown, end: number): value is number[] {
  if (!ArrayIsArray(value)) return false;
  let least = 0;
  for (let i = 0; i < value.length; i++) {
    const index: unknown = value[i];
    if (!isIndex(index, end) || index < least) return false;
    least = index + 1;
  }
  return true;
}

function isTexts(value: unknown, length: number): boolean {
  if (!ArrayIsArray(value) || value.length !== length) return false;
  for (let i = 0; i < length; i++) if (typeof value[i] !== 'string') return false;
  return true;
}
