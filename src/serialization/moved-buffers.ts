// ArrayBuffers that a message moves to the other process: they lie after its clone, whole, and the clone begins with the table of
// them.
import type { Deserializer, Serializer } from 'node:v8';
import { ArrayPrototypeIndexOf, ArrayPrototypePush, Uint8Array } from '../platform/primordials.js';
import type { Area, ViewsBehind } from './out-of-line.js';
import { kindOf, viewOf } from './view-kinds.js';

/** The numbers before such host objects, after those of shared-views.ts. */
export const MOVED_TABLE = 5;
export const MOVED_VIEW = 6;

/** The buffers of one message, on the sender's side. */
export class Moving {
  /** V8 makes a host object of it, in which the table and the message are. */
  readonly root = new Uint8Array(0);
  readonly #buffers: readonly ArrayBuffer[];

  constructor(buffers: readonly ArrayBuffer[]) {
    this.#buffers = buffers;
  }

  /** Lets V8 write the number of each in its place. */
  announce(to: Serializer): void {
    for (let i = 0; i < this.#buffers.length; i++) to.transferArrayBuffer(i, this.#buffers[i] as ArrayBuffer);
  }

  writeTable(to: Serializer, area: Area): void {
    to.writeUint32(MOVED_TABLE);
    to.writeUint32(this.#buffers.length);
    for (let i = 0; i < this.#buffers.length; i++) {
      const buffer = this.#buffers[i] as ArrayBuffer;
      to.writeUint32(buffer.byteLength);
      to.writeUint32(area.addWhole(buffer));
    }
  }

  /** False: the view is of another buffer. */
  writeView(to: Serializer, view: ArrayBufferView): boolean {
    const index = ArrayPrototypeIndexOf(this.#buffers, view.buffer as ArrayBuffer);
    if (index === -1) return false;
    to.writeUint32(MOVED_VIEW);
    to.writeUint32(index);
    to.writeUint32(kindOf(view));
    to.writeUint32(view.byteOffset);
    to.writeUint32(view.byteLength);
    return true;
  }
}

/** The same on the receiver's side. */
export class Moved {
  readonly #buffers: ArrayBuffer[] = [];

  /** @throws if there was a table before, or a buffer does not lie in the message */
  readTable(from: Deserializer, behind: ViewsBehind): void {
    if (this.#buffers.length > 0) throw new Error('it has two tables of buffers');
    const count = from.readUint32();
    for (let i = 0; i < count; i++) {
      const buffer = behind.takeWhole(from.readUint32(), from.readUint32());
      ArrayPrototypePush(this.#buffers, buffer);
      from.transferArrayBuffer(i, buffer);
    }
  }

  /** @throws if the view does not lie in a buffer of the table */
  readView(from: Deserializer): ArrayBufferView {
    const buffer = this.#buffers[from.readUint32()];
    if (buffer === undefined) throw new Error('a view of a buffer that did not come');
    return viewOf(from.readUint32(), buffer, from.readUint32(), from.readUint32());
  }
}
