import type { Endpoint } from './endpoint.js';
import { toJson } from './serialization/json.js';

/** One message without handles: one call into the addon. Returns its status. */
export function write(
  { native, nodeWire, serializer }: Endpoint,
  message: unknown,
  internal: boolean,
): number {
  // Node's wire has one format only; ours has both.
  if (serializer !== undefined && (nodeWire || !serializer.isPlain(message))) {
    if (nodeWire) return native.sendBytes(serializer.serialize(message), internal);
    const parts = serializer.serializeParts(message);
    return Array.isArray(parts) ? native.sendParts(parts, internal) : native.sendBytes(parts, internal);
  }
  const text = toJson(message);
  return native.sendText(text, text.length, internal);
}
