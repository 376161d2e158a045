// Structured clone as Node's channel has it: V8's format, in which typed arrays, Buffers among them, and objects that are
// not plain are host objects.
import v8 = require('node:v8');
import { ArrayBufferIsView, ReflectApply } from '../platform/primordials.js';
import { Area, LARGE, ViewsBehind, kindOf } from './out-of-line.js';

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

const { DefaultSerializer, DefaultDeserializer, Deserializer } = v8;
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

class PartsSerializer extends MessageSerializer {
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
    if (tag === VIEW) return ReflectApply(readView, this, []);
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
 * The same for the native wire, without copying large views: the message is what the parts hold when they are sent.
 *
 * @throws {Error} "... could not be cloned."
 */
export function serializeParts(message: unknown): Buffer | Uint8Array[] {
  const serializer = new PartsSerializer();
  serializer.writeHeader();
  serializer.writeValue(message);
  const { area } = serializer;
  if (area === undefined || area.isEmpty) return serializer.releaseBuffer();
  return area.isWhole ? area.parts(serializer.releaseBuffer()) : serialize(message);
}

/**
 * Typed arrays and Buffers in the result share the memory of `bytes`.
 *
 * @throws if the bytes are not a clone
 */
export function deserialize(bytes: Buffer): unknown {
  const deserializer = new MessageDeserializer(bytes);
  deserializer.readHeader();
  return deserializer.readValue();
}
