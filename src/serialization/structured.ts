// Structured clone, which a channel for json never loads.
import { runtime } from '../platform/runtime.js';
import type * as Advanced from './advanced.js';
import type * as Bun from './bun.js';

/** Messages to bytes and back. */
export type Serializer = Pick<
  typeof Advanced,
  'serialize' | 'serializeParts' | 'serializeSharing' | 'serializeMoving' | 'deserialize' | 'isPlain'
>;

/** Keep the result: in a bundle, every require() of a part makes a new object. */
export function structured(): Serializer {
  if (runtime === 'Bun') return require('./bun.js') as typeof Bun;
  return require('./advanced.js') as typeof Advanced;
}
