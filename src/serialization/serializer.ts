import { JSONParse } from '../platform/primordials.js';
import { LIFTED, parseLifted } from './lifted.js';
import type { LiftedText, Payload } from '../addon/payload.js';
import { runtime } from '../platform/runtime.js';
import type * as Advanced from './advanced.js';
import type * as Bun from './bun.js';

/** Messages to bytes and back. */
export type Serializer = Pick<
  typeof Advanced,
  'serialize' | 'serializeParts' | 'serializeSharing' | 'serializeMoving' | 'deserialize' | 'isPlain'
>;

/** The format of JSON text in what the addon delivers. */
export const TEXT = 0;
/** Not a message: the payload says why the one in this place cannot be read. */
export const UNREADABLE = 2;

let loaded: Serializer | undefined;

/** Structured clone. A channel for json never loads it. */
export function advanced(): Serializer {
  // Kept: in a bundle every require() of a part makes a new object.
  return (loaded ??= load());
}

function load(): Serializer {
  if (runtime === 'Bun') return require('./bun.js') as typeof Bun;
  return require('./advanced.js') as typeof Advanced;
}

/** @throws whatever the bytes make the parser throw */
export function decode(format: number, payload: Payload, shared?: readonly SharedArrayBuffer[]): unknown {
  if (format === TEXT) return JSONParse(payload as string);
  if (format === LIFTED) return parseLifted(payload as LiftedText);
  return advanced().deserialize(payload as Buffer, shared);
}
