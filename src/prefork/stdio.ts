// The descriptors of a child. Pipes are made when its process is started, so a spare that has them fits a child that asks for
// them in the same places. Everything else is put in its place when the spare is taken.
import { NumberIsInteger } from '../platform/primordials.js';

export type Kind = 'pipe' | 'overlapped' | 'ignore' | 'channel' | 'given';

const STREAMS = 3;

interface WithFd {
  fd?: unknown;
  _handle?: { fd?: unknown } | null;
  handle?: { fd?: unknown } | null;
}

/** What the entry of `stdio` at a position asks for. */
export function kindOf(entry: unknown, position: number): Kind {
  if (entry === 'ipc') return 'channel';
  if (entry === 'pipe' || entry === 'overlapped' || entry === 'ignore') return entry;
  if (entry === null || entry === undefined) return position < STREAMS ? 'pipe' : 'ignore';
  return 'given';
}

/** Whether it gets its descriptor when the spare is taken. */
export const isGiven = (entry: unknown, position: number): boolean => kindOf(entry, position) === 'given';

/** The kinds as one word, to compare. */
export function shapeOf(stdio: readonly unknown[]): string {
  return stdio.map((entry, position) => kindOf(entry, position)).join(',');
}

/** What a spare starts with. What is given later may not be there yet: until then a stream is this process's. */
export function waitingStdio(stdio: readonly unknown[]): unknown[] {
  return stdio.map((entry, position) => {
    const kind = kindOf(entry, position);
    if (kind !== 'given') return kind === 'channel' ? 'ipc' : kind;
    return entry === 'inherit' && position < STREAMS ? 'inherit' : 'ignore';
  });
}

/** The descriptor of a given entry, in this process. Undefined if it has none: Node is to judge it. */
export function descriptorOf(entry: unknown, position: number): number | undefined {
  if (entry === 'inherit') return position;
  if (isDescriptor(entry)) return entry;
  if (typeof entry !== 'object' || entry === null) return undefined;
  const { fd, handle, _handle } = entry as WithFd;
  return [fd, handle?.fd, _handle?.fd].find(isDescriptor);
}

function isDescriptor(value: unknown): value is number {
  return typeof value === 'number' && NumberIsInteger(value) && value >= 0;
}
