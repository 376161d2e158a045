// Structured clone as Node's channel has it: V8's format, in which typed arrays, Buffers among them, and objects
// that are not plain are host objects.
import v8 = require('node:v8');

export { isPlain } from './plain.js';

/** Stand in front of a host object. */
const VIEW = 0;
const OTHER = 1;

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

class MessageDeserializer extends DefaultDeserializer {
  _readHostObject(): unknown {
    const tag = this.readUint32();
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

/** Typed arrays and Buffers in the result share the memory of `bytes`. */
export function deserialize(bytes: Buffer): unknown {
  const deserializer = new MessageDeserializer(bytes);
  deserializer.readHeader();
  return deserializer.readValue();
}
