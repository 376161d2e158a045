// What a trace says of requests and responses: they are messages.
import type { Payload } from '../addon/payload.js';
import { tracePayload } from '../observe/trace/received.js';
import type { Monitor } from '../observe/monitor.js';
import type { Trace } from '../observe/trace/trace.js';

/** A run of them. Each text begins with the number of its request. */
export function traceCalls(trace: Trace, before: number, texts: readonly string[]): void {
  for (let at = 0; at < texts.length; at++) {
    const text = texts[at] as string;
    trace.receives(before + at + 1, { text: text.slice(text.indexOf(',') + 1) });
  }
}

export function traceCall(
  { trace, received }: Monitor,
  format: number,
  payload: Payload,
  handles: number,
): void {
  if (trace?.has('messages') === true) tracePayload(trace, received, format, payload, false, handles);
}
