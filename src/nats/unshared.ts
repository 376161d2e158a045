// Structured clones without views of shared memory: the receiver would get a copy, and take it for the memory.
import { ArrayBufferIsView } from '../platform/primordials.js';
import { MessageSerializer } from '../serialization/message-serializer.js';
import { MEMORY } from '../serialization/shared-views.js';
import type { Branded } from '../serialization/shared-views.js';
import { noHandles } from './errors.js';

class UnsharedSerializer extends MessageSerializer {
  override _writeHostObject(object: object): void {
    if (ArrayBufferIsView(object) && (object.buffer as Branded)[MEMORY] !== undefined) throw noHandles();
    super._writeHostObject(object);
  }
}

/** @throws {Error} "... could not be cloned."; ERR_INVALID_HANDLE_TYPE */
export function serializeUnshared(message: unknown): Buffer {
  const serializer = new UnsharedSerializer();
  serializer.writeHeader();
  serializer.writeValue(message);
  return serializer.releaseBuffer();
}
