// The deserializer of messages.
import v8 = require('node:v8');
import { ReflectApply } from '../platform/primordials.js';
import { BEHIND, OTHER, VIEW } from './host-objects.js';
import { MOVED_TABLE, MOVED_VIEW, Moved } from './moved-buffers.js';
import { ViewsBehind } from './out-of-line.js';
import { SHARED_BUFFER, SHARED_VIEW, readSharedBuffer, readSharedView } from './shared-views.js';

/** A method of Node's own deserializer that its types leave out. */
interface HostReader {
  _readHostObject(): unknown;
}

const { DefaultDeserializer, Deserializer } = v8;
const { _readHostObject: readView } = DefaultDeserializer.prototype as unknown as HostReader;

/** Not a DefaultDeserializer: that has no constructor of its own, and V8 calls the iterator of arrays in place of one. */
export class MessageDeserializer extends Deserializer {
  readonly #bytes: Buffer;
  readonly #shared: readonly SharedArrayBuffer[];
  #views: ViewsBehind | undefined;
  #moved: Moved | undefined;

  constructor(bytes: Buffer, shared: readonly SharedArrayBuffer[]) {
    super(bytes);
    this.#bytes = bytes;
    this.#shared = shared;
  }

  _readHostObject(): unknown {
    const tag = this.readUint32();
    if (tag === BEHIND) return this.#behind.take(this.readUint32(), this.readUint32(), this.readUint32());
    if (tag === VIEW) return ReflectApply(readView, this, []);
    if (tag === OTHER) return this.readValue();
    if (tag === SHARED_VIEW) return readSharedView(this, this.#shared);
    if (tag === SHARED_BUFFER) return readSharedBuffer(this, this.#shared);
    if (tag === MOVED_VIEW && this.#moved !== undefined) return this.#moved.readView(this);
    if (tag === MOVED_TABLE) {
      this.#moved ??= new Moved();
      this.#moved.readTable(this, this.#behind);
      return this.readValue();
    }
    throw new Error(`unknown host object ${tag}`);
  }

  get #behind(): ViewsBehind {
    return (this.#views ??= new ViewsBehind(this.#bytes));
  }
}
