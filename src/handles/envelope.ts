// A message with an array of handles says where in the array each of them belongs: some may have closed on the way.

/** Begins as a name that no program's own message can have: those are internal messages. */
const COMMAND = 'NODE_HANDLES';

/** Handles in one array, at most: what the kernel takes in one message. */
const LIMIT = 253;

export interface Envelope {
  cmd: typeof COMMAND;
  /** The places of the handles that travel, ascending. */
  at: number[];
  /** The length of the array. */
  of: number;
  msg: unknown;
}

export function wrapMessage(msg: unknown, at: number[], of: number): Envelope {
  return { cmd: COMMAND, at, of, msg };
}

/** Undefined for a message with one handle, which has no envelope. @throws if it is one, but no good one */
export function openEnvelope(message: unknown, handles: number): Envelope | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const envelope = message as Partial<Envelope>;
  if (envelope.cmd !== COMMAND) return undefined;
  const { at, of } = envelope;
  const isIndex = (value: unknown, end: unknown): boolean =>
    Number.isInteger(value) && Number(value) >= 0 && Number(value) < Number(end);
  const good = isIndex(of, LIMIT + 1) && at?.length === handles && at.every((where) => isIndex(where, of));
  if (!good) throw new Error('its envelope of handles is wrong');
  return envelope as Envelope;
}

/** The array that the listener gets. */
export function place(things: readonly unknown[], { at, of }: Envelope): unknown[] {
  const array: unknown[] = new Array(of).fill(undefined);
  for (const [index, where] of at.entries()) array[where] = things[index];
  return array;
}
