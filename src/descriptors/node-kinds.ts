// Descriptors as the handles that Node's own wire has.
import { HandleKind } from '../addon/native.js';
import type { Description } from '../addon/native.js';

/** The bare handle of a socket, which Node receives as its native object. Undefined for everything else. */
export function nodeKindOf({ type, family }: Description): number | undefined {
  if (type !== 'socket' || family === '') return undefined;
  return family === 'udp4' || family === 'udp6' ? HandleKind.dgramNative : HandleKind.netNative;
}
