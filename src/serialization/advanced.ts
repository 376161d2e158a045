// Structured clone as Node's channel has it: V8's format, in which typed arrays, Buffers among them, and objects
// that are not plain are host objects.
import v8 = require('node:v8');
import { Area, LARGE, ViewsBehind, kindOf } from './out-of-line.js';

export { isPlain } from './plain.js';

/** Stand in front of a host object. */
const VIEW = 0;
const OTHER = 1;
/** Ours, between two forkwire ends only: a view that lies behind the clone. */
const BEHIND = 2;

/** Node's own (de)serializers have these; its types leave them out. */
interface HostWriter {
  _writeHostObject(object: object): void;
}
interface HostReader {
  _readHostObject(): unknown;
}

const { DefaultSerializer, DefaultDeserializer } = v8;
const writer = DefaultSerializer.prototype as unknown as HostWriter;
const reader = DefaultDeserializer.prototype as unknown as HostReader;

class MessageSerializer extends DefaultSerializer {
  _writeHostObject(object: object): void {
    if (ArrayBuffer.isView(object)) {
      this.writeUint32(VIEW);
      writer._writeHostObject.call(this, object);
    } else {
      // What has no structured clone of its own is carried as JSON would carry it: by its own properties.
      this.writeUint32(OTHER);
      this.writeValue({ ...object });
    }
  }
}

class PartsSerializer extends MessageSerializer {
  area: Area | undefined;

  override _writeHostObject(object: object): void {
    const large = ArrayBuffer.isView(object) && object.byteLength >= LARGE;
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

class MessageDeserializer extends DefaultDeserializer {
  readonly #bytes: Buffer;
  #views: ViewsBehind | undefined;

  constructor(bytes: Buffer) {
    super(bytes);
    this.#bytes = bytes;
  }

  _readHostObject(): unknown {
    const tag = this.readUint32();
    if (tag === BEHIND) {
      this.#views ??= new ViewsBehind(this.#bytes);
      return this.#views.take(this.readUint32(), this.readUint32(), this.readUint32());
    }
    if (tag === VIEW) return reader._readHostObject.call(this);
    if (tag === OTHER) return this.readValue();
    throw new Error(`unknown host object ${tag}`);
  }
}

/** @throws {Error} "... could not be cloned." */
export function serialize(message: unknown): Buffer {
  const serializer = new MessageSerializer();
  serializer.writeHeader();
  serializer.writeValue(message);
  return serializer.releaseBuffer();
}

/**
 * As `serialize`, but large views are not copied: the message is what lies in the parts at the time of the call that
 * sends them. For the native wire.
 */
export function serializeParts(message: unknown): Buffer | Uint8Array[] {
  const serializer = new PartsSerializer();
  serializer.writeHeader();
  serializer.writeValue(message);
  const { area } = serializer;
  if (area === undefined || area.isEmpty) return serializer.releaseBuffer();
  return area.isWhole ? area.parts(serializer.releaseBuffer()) : serialize(message);
}

/** Typed arrays and Buffers in the result share the memory of `bytes`. */
export function deserialize(bytes: Buffer): unknown {
  const deserializer = new MessageDeserializer(bytes);
  deserializer.readHeader();
  return deserializer.readValue();
}
