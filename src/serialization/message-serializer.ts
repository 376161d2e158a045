// Serializers of messages.
import v8 = require('node:v8');
import { ArrayBufferIsView, ReflectApply, SharedArrayBuffer } from '../platform/primordials.js';
import { BEHIND, OTHER, VIEW } from './host-objects.js';
import type { Moving } from './moved-buffers.js';
import { Area, LARGE } from './out-of-line.js';
import { MEMORY, writeSharedBuffer, writeSharedView } from './shared-views.js';
import type { Branded } from './shared-views.js';
import { kindOf } from './view-kinds.js';

/** Methods of Node's own serializers that its types leave out. */
interface HostWriter {
  _writeHostObject(object: object): void;
}

const { DefaultSerializer, Serializer } = v8;
const { _writeHostObject: writeView } = DefaultSerializer.prototype as unknown as HostWriter;

export class MessageSerializer extends DefaultSerializer {
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
export class SharingSerializer extends MessageSerializer {
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

export class PartsSerializer extends SharingSerializer {
  area: Area | undefined;
  #moving: Moving | undefined;
  #message: unknown;

  /** In place of writeValue(). @param moving buffers that the message takes along */
  writeMoving(message: unknown, moving: Moving): void {
    this.#moving = moving;
    this.#message = message;
    moving.announce(this);
    this.writeValue(moving.root);
  }

  override _writeHostObject(object: object): void {
    const moving = this.#moving;
    if (moving !== undefined && this.#writeMoved(moving, object)) return;
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

  #writeMoved(moving: Moving, object: object): boolean {
    if (object === moving.root) {
      moving.writeTable(this, (this.area ??= new Area()));
      this.writeValue(this.#message);
      return true;
    }
    return ArrayBufferIsView(object) && moving.writeView(this, object);
  }
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
