import type { Endpoint } from './endpoint.js';
import { toJson } from './serialization/json.js';

/** One message without handles: one call into the addon. Returns its status. */
export function write({ native, serializer }: Endpoint, message: unknown, internal: boolean): number {
  if (serializer !== undefined && !serializer.isPlain(message)) {
    return native.sendBytes(serializer.serialize(message), internal);
  }
  const text = toJson(message);
  return native.sendText(text, text.length, internal);
}
