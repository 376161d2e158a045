import type { NativeFunctions } from '../addon/native.js';
import type { Trace } from '../observe/trace/trace.js';
import { toJson } from '../serialization/json.js';
import type { Serializer } from '../serialization/serializer.js';

/** What a message is written through: one end of a channel. */
export interface Writer {
  readonly functions: NativeFunctions;
  /** Whether the other end speaks Node's own wire. */
  readonly nodeWire: boolean;
  /** Undefined: json. */
  readonly serializer: Serializer | undefined;
  readonly monitor: { readonly trace: Trace | undefined };
  /** Messages taken by the channel so far. */
  readonly outbox: { readonly sent: number };
}

/** One message without handles: one call into the addon. Returns its status. */
export function write(writer: Writer, message: unknown, internal: boolean): number {
  const { functions, nodeWire, outbox, serializer } = writer;
  const { trace } = writer.monitor;
  // Node's wire has one format only; ours has both.
  if (serializer !== undefined && (nodeWire || !serializer.isPlain(message))) {
    const parts = nodeWire ? serializer.serialize(message) : serializer.serializeParts(message);
    const several = Array.isArray(parts);
    const status = several ? functions.sendParts(parts, internal) : functions.sendBytes(parts, internal);
    if (trace !== undefined) {
      const bytes = several ? parts.reduce((sum, part) => sum + part.byteLength, 0) : parts.byteLength;
      trace.sends(outbox.sent + 1, { bytes, value: message, internal }, status);
    }
    return status;
  }
  const text = toJson(message);
  const status = functions.sendText(text, internal);
  if (trace !== undefined) trace.sends(outbox.sent + 1, { text, internal }, status);
  return status;
}
