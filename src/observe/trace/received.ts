// Traces what the addon delivers. Messages are decoded a second time for that, but only if they are traced.
import type { Payload } from '../../addon/payload.js';
import { JSONStringify } from '../../platform/primordials.js';
import { LIFTED } from '../../serialization/lifted.js';
import { TEXT, UNREADABLE, decode } from '../../serialization/serializer.js';
import type { Trace } from './trace.js';

const CLONE = 1;

/** Traces a run of texts, received after `before` messages. */
export function traceTexts(trace: Trace, before: number, texts: readonly string[]): void {
  for (const [at, text] of texts.entries()) trace.receives(before + at + 1, { text });
}

/** Traces a run of clones. Each is between two `places` in `bytes`. */
export function traceClones(trace: Trace, before: number, bytes: Buffer, places: Uint32Array): void {
  for (let i = 0; i < places.length; i += 2) {
    tracePayload(trace, before + i / 2 + 1, CLONE, bytes.subarray(places[i], places[i + 1]), false, 0);
  }
}

/** Traces one message. If it cannot be read, the error is reported elsewhere. */
export function tracePayload(
  trace: Trace,
  sequence: number,
  format: number,
  payload: Payload,
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
  if (format === LIFTED) trace.receives(sequence, { text: JSONStringify(value), internal, handles });
  else trace.receives(sequence, { bytes: payload.length, value, internal, handles });
}
