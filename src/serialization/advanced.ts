// Structured clone as Node's channel has it: V8's format, in which typed arrays, Buffers among them, and objects that are
// not plain are host objects.
import v8 = require('node:v8');
import {
  ArrayBufferIsView,
  ArrayIsArray,
  BufferConcat,
  ReflectApply,
  SharedArrayBuffer,
} from '../platform/primordials.js';
import { Area, LARGE, ViewsBehind } from './out-of-line.js';
import {
  MEMORY,
  NeedsMemory,
  SHARED_BUFFER,
  SHARED_VIEW,
  readSharedBuffer,
  readSharedView,
  writeSharedBuffer,
  writeSharedView,
} from './shared-views.js';
import type { Branded } from './shared-views.js';
import { kindOf } from './view-kinds.js';

export { isPlain } from './plain.js';

/** The number before a host object. */
const VIEW = 0;
const OTHER = 1;
/** Between two forkwire ends only: a view that lies after the clone. */
const BEHIND = 2;

/** Methods of Node's own serializers that its types leave out. */
interface HostWriter {
  _writeHostObject(object: object): void;
}
interface HostReader {
  _readHostObject(): unknown;
}

const { DefaultSerializer, DefaultDeserializer, Deserializer, Serializer } = v8;
const { _writeHostObject: writeView } = DefaultSerializer.prototype as unknown as HostWriter;
const { _readHostObject: readView } = DefaultDeserializer.prototype as unknown as HostReader;

class MessageSerializer extends DefaultSerializer {
  _writeHostObject(object: object): void {
    if (ArrayBufferIsView(object)) {
      this.writeUint32(VIEW);
      ReflectApply(writeView, this, [object]);
    } else {
      // An object without a structured clone of its own is carried by its own properties, as JSON would carry it.
      this.writeUint32(OTHER);
      this.writeValue({ ...object });
    }
  }
}

/** On the native wire, views of shared memory stay what they are. */
class SharingSerializer extends MessageSerializer {
  /** The memories of the message, in the order of their numbers. */
  memories: object[] | undefined;

  override _writeHostObject(object: object): void {
    if (ArrayBufferIsView(object) && (object.buffer as Branded)[MEMORY] !== undefined) {
      writeSharedView(this, object, (this.memories ??= []));
    } else super._writeHostObject(object);
  }

  /** Called by V8. @throws {Error} "... could not be cloned.", as without this method */
  _getSharedArrayBufferId(buffer: SharedArrayBuffer): number {
    if ((buffer as Branded)[MEMORY] === undefined) throw notCloned();
    return writeSharedBuffer(this, buffer as Branded, (this.memories ??= []));
  }
}

class PartsSerializer extends SharingSerializer {
  area: Area | undefined;

  override _writeHostObject(object: object): void {
    const large = ArrayBufferIsView(object) && object.byteLength >= LARGE;
    const offset = large ? (this.area ??= new Area()).add(object) : undefined;
    if (offset === undefined) {
      super._writeHostObject(object);
      return;
    }
    const view = object as ArrayBufferView;
    this.writeUint32(BEHIND);
    this.writeUint32(kindOf(view));
    this.writeUint32(view.byteLength);
    this.writeUint32(offset);
  }
}

/** Not a DefaultDeserializer: that has no constructor of its own, and V8 calls the iterator of arrays in place of one. */
class MessageDeserializer extends Deserializer {
  readonly #bytes: Buffer;
  readonly #shared: readonly SharedArrayBuffer[];
  #views: ViewsBehind | undefined;

  constructor(bytes: Buffer, shared: readonly SharedArrayBuffer[]) {
    super(bytes);
    this.#bytes = bytes;
    this.#shared = shared;
  }

  _readHostObject(): unknown {
    const tag = this.readUint32();
    if (tag === BEHIND) {
      this.#views ??= new ViewsBehind(this.#bytes);
      return this.#views.take(this.readUint32(), this.readUint32(), this.readUint32());
    }
    if (tag === VIEW) return ReflectApply(readView, this, []);
    if (tag === OTHER) return this.readValue();
    if (tag === SHARED_VIEW) return readSharedView(this, this.#shared);
    if (tag === SHARED_BUFFER) return readSharedBuffer(this, this.#shared);
    throw new Error(`unknown host object ${tag}`);
  }
}

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
export function serializeParts(message: unknown): Buffer | Uint8Array[] {
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
 * Typed arrays and Buffers in the result share the memory of `bytes`.
 *
 * @param shared the buffers of the memories that came with the message
 * @throws if the bytes are not a clone
 */
export function deserialize(bytes: Buffer, shared: readonly SharedArrayBuffer[] = NONE): unknown {
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

/** V8's own error for a buffer that has no memory of ours. */
function notCloned(): unknown {
  try {
    new Serializer().writeValue(new SharedArrayBuffer(0));
  } catch (error) {
    return error;
  }
  return new Error('#<SharedArrayBuffer> could not be cloned.');
}
