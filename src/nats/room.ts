// How many requests a worker has room for, as workers and requesters say it: a number in digits.
import { BufferFrom, BufferPrototypeToString, MathMin } from '../platform/primordials.js';

/** Requests that a worker works on at once, at most. */
export const MOST = 65_536;

export function slotsOf(data: Uint8Array): number {
  const text = data.byteLength > 8 ? '' : BufferPrototypeToString(BufferFrom(data), 'latin1');
  return /^\d+$/.test(text) ? MathMin(+text, MOST) : 0;
}
