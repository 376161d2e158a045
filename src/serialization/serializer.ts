import { JSONParse } from '../platform/primordials.js';
import { LIFTED, parseLifted } from './lifted.js';
import type { LiftedText, Payload } from '../addon/payload.js';
import { structured } from './structured.js';
import type { Serializer } from './structured.js';

export type { Serializer };

/** The format of JSON text in what the addon delivers. */
export const TEXT = 0;
/** Not a message: the payload says why the one in this place cannot be read. */
export const UNREADABLE = 2;

let loaded: Serializer | undefined;

/** Structured clone. A channel for json never loads it. */
export function advanced(): Serializer {
  return (loaded ??= structured());
}

/** @throws whatever the bytes make the parser throw */
export function decode(format: number, payload: Payload, shared?: readonly SharedArrayBuffer[]): unknown {
  if (format === TEXT) return JSONParse(payload as string);
  if (format === LIFTED) return parseLifted(payload as LiftedText);
  return advanced().deserialize(payload as Buffer, shared);
}
