// Structured clone as Node's channel has it: V8's format, in which typed arrays, Buffers among them, and objects that are
// not plain are host objects.
import { ArrayIsArray, BufferConcat } from '../platform/primordials.js';
import { MessageDeserializer } from './message-deserializer.js';
import { MessageSerializer, PartsSerializer, SharingSerializer } from './message-serializer.js';
import { Moving } from './moved-buffers.js';
import type { Area } from './out-of-line.js';
import { NeedsMemory } from './shared-views.js';
import { readSingle, writeSingle } from './single-view.js';

export { isPlain } from './plain.js';

/** @throws {Error} "... could not be cloned." */
export function serialize(message: unknown): Buffer {
  return clone(new MessageSerializer(), message);
}

/**
 * The same for a message of the native wire with handles.
 *
 * @param memories gets those whose views are in the message
 * @throws {Error} "... could not be cloned."
 */
export function serializeSharing(message: unknown, memories: object[]): Buffer {
  const serializer = new SharingSerializer();
  serializer.memories = memories;
  return clone(serializer, message);
}

function clone(serializer: MessageSerializer, message: unknown): Buffer {
  serializer.writeHeader();
  serializer.writeValue(message);
  return serializer.releaseBuffer();
}

/**
 * The same for the native wire, without copying large views: the message is what the parts hold when they are sent.
 *
 * @throws {Error} "... could not be cloned."
 * @throws {NeedsMemory} if views of shared memory are in it
 */
export function serializeParts(message: unknown): Uint8Array | Uint8Array[] {
  const single = writeSingle(message);
  if (single !== undefined) return single;
  const serializer = new PartsSerializer();
  serializer.writeHeader();
  serializer.writeValue(message);
  const { area, memories } = serializer;
  const bytes = serializer.releaseBuffer();
  const parts = area === undefined || area.isEmpty ? bytes : area.isWhole ? area.parts(bytes) : undefined;
  if (memories !== undefined) throw needsMemory(message, parts, memories);
  return parts ?? serialize(message);
}

/**
 * The same for a message that takes buffers along: they are taken when nothing of the program's runs any more.
 *
 * @param take detaches the buffers, and returns others with their contents. `size` is that of the message, in bytes
 * @param memories gets those whose views are in the message
 * @throws {Error} "... could not be cloned.", and what `take` throws
 */
export function serializeMoving(
  message: unknown,
  buffers: readonly ArrayBuffer[],
  take: (size: number) => readonly ArrayBuffer[],
  memories: object[],
): Uint8Array[] {
  const serializer = new PartsSerializer();
  serializer.memories = memories;
  serializer.writeHeader();
  serializer.writeMoving(message, new Moving(buffers));
  const area = serializer.area as Area;
  const bytes = serializer.releaseBuffer();
  if (!area.isWhole) throw new Error('a buffer changed its size while the message was cloned');
  area.moveTo(take(bytes.byteLength + area.length));
  return area.parts(bytes);
}

/**
 * Typed arrays and Buffers in the result share the memory of `bytes`.
 *
 * @param shared the buffers of the memories that came with the message
 * @throws if the bytes are not a clone
 */
export function deserialize(bytes: Buffer, shared: readonly SharedArrayBuffer[] = NONE): unknown {
  const single = readSingle(bytes);
  if (single !== undefined) return single;
  const deserializer = new MessageDeserializer(bytes, shared);
  deserializer.readHeader();
  return deserializer.readValue();
}

const NONE: readonly SharedArrayBuffer[] = [];

/** @param parts undefined: a getter of the message changed them, so that it is serialized once more, in one piece */
function needsMemory(
  message: unknown,
  parts: Buffer | Uint8Array[] | undefined,
  memories: object[],
): NeedsMemory {
  if (parts === undefined) {
    const again: object[] = [];
    return new NeedsMemory(serializeSharing(message, again), again);
  }
  return new NeedsMemory(ArrayIsArray(parts) ? BufferConcat(parts) : parts, memories);
}
