// What the addon hands over, for a trace. Reads it once more: nothing of this runs unless messages are traced.
import { TEXT, UNREADABLE, decode } from '../../serialization/serializer.js';
import type { Trace } from './trace.js';

const CLONE = 1;

/** A run of texts; `before` messages had come. */
export function traceTexts(trace: Trace, before: number, texts: readonly string[]): void {
  for (const [at, text] of texts.entries()) trace.receives(before + at + 1, { text });
}

/** A run of clones, each between two `places` in `bytes`. */
export function traceClones(trace: Trace, before: number, bytes: Buffer, places: Uint32Array): void {
  for (let i = 0; i < places.length; i += 2) {
    tracePayload(trace, before + i / 2 + 1, CLONE, bytes.subarray(places[i], places[i + 1]), false, 0);
  }
}

/** One message. What cannot be read is for the errors to tell. */
export function tracePayload(
  trace: Trace,
  sequence: number,
  format: number,
  payload: string | Buffer,
  internal: boolean,
  handles: number,
): void {
  if (format === UNREADABLE) return;
  if (format === TEXT) {
    trace.receives(sequence, { text: String(payload), internal, handles });
    return;
  }
  let value: unknown;
  try {
    value = decode(format, payload);
  } catch {
    return;
  }
  trace.receives(sequence, { bytes: payload.length, value, internal, handles });
}
