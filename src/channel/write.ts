import type { Endpoint } from './endpoint.js';
import { toJson } from '../serialization/json.js';

/** One message without handles: one call into the addon. Returns its status. */
export function write(endpoint: Endpoint, message: unknown, internal: boolean): number {
  const { native, nodeWire, outbox, serializer } = endpoint;
  const { trace } = endpoint.monitor;
  // Node's wire has one format only; ours has both.
  if (serializer !== undefined && (nodeWire || !serializer.isPlain(message))) {
    const parts = nodeWire ? serializer.serialize(message) : serializer.serializeParts(message);
    const several = Array.isArray(parts);
    const status = several ? native.sendParts(parts, internal) : native.sendBytes(parts, internal);
    if (trace !== undefined) {
      const bytes = several ? parts.reduce((sum, part) => sum + part.byteLength, 0) : parts.byteLength;
      trace.sends(outbox.sent + 1, { bytes, value: message, internal }, status);
    }
    return status;
  }
  const text = toJson(message);
  const status = native.sendText(text, text.length, internal);
  if (trace !== undefined) trace.sends(outbox.sent + 1, { text, internal }, status);
  return status;
}
