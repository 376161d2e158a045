// Large views of a structured clone lie after it in the message, so that they are never copied into it: they go from the
// program's memory to the socket, and the receiver gets a view of the memory that they were received into.
//
//   clone | zeros up to a multiple of 8 | view | zeros up to a multiple of 8 | view ... | length of the clone, 4 bytes
//
// The clone has the kind, the length and the offset of each view. Offsets count from the end of the padded clone.
import { ArrayBuffer, ArrayPrototypePush, DataView, Uint8Array } from '../platform/primordials.js';
import { BUFFER, BYTES, constructorOf, sizeOfElement, viewOf } from './view-kinds.js';

/** The smallest view that lies after the clone, in bytes. A smaller one is cheaper to copy than to send as another part. */
export const LARGE = 16 * 1024;

/** Elements begin at multiples of their size, and none is larger. */
const ALIGNMENT = 8;

/** The most parts that a sender puts one message together from. More views than that are copied into the clone. */
const MOST = 6;

const padding = new ArrayBuffer(ALIGNMENT);

/** The views of one message that lie after its clone. */
export class Area {
  readonly #views: Uint8Array[] = [];
  #length = 0;

  get isEmpty(): boolean {
    return this.#views.length === 0;
  }

  /** Bytes. */
  get length(): number {
    return this.#length;
  }

  /** The offset of `view`; undefined if it has to be inside the clone. */
  add(view: ArrayBufferView): number | undefined {
    const { buffer, byteOffset, byteLength } = view;
    // Shared memory could change between here and the socket.
    if (!(buffer instanceof ArrayBuffer) || this.#views.length === MOST) return undefined;
    const offset = this.#length;
    ArrayPrototypePush(this.#views, new Uint8Array(buffer, byteOffset, byteLength));
    this.#length += aligned(byteLength);
    return offset;
  }

  /** The offset of a buffer that moves as a whole. Call it before add(). */
  addWhole(buffer: ArrayBuffer): number {
    const offset = this.#length;
    ArrayPrototypePush(this.#views, new Uint8Array(buffer));
    this.#length += aligned(buffer.byteLength);
    return offset;
  }

  /** The buffers that were added first have moved: their contents are in these. */
  moveTo(buffers: readonly ArrayBuffer[]): void {
    for (let i = 0; i < buffers.length; i++) this.#views[i] = new Uint8Array(buffers[i] as ArrayBuffer);
  }

  /** Whether each view still has the length that the clone says: a getter of the message may have changed it. */
  get isWhole(): boolean {
    let length = 0;
    for (let i = 0; i < this.#views.length; i++) length += aligned((this.#views[i] as Uint8Array).byteLength);
    return length === this.#length;
  }

  /** The whole message. */
  parts(clone: Uint8Array): Uint8Array[] {
    const parts = [clone];
    pad(parts, clone.byteLength);
    for (let i = 0; i < this.#views.length; i++) {
      const view = this.#views[i] as Uint8Array;
      ArrayPrototypePush(parts, view);
      pad(parts, view.byteLength);
    }
    const end = new Uint8Array(4);
    new DataView(end.buffer).setUint32(0, clone.byteLength, true);
    ArrayPrototypePush(parts, end);
    return parts;
  }
}

/** The same on the receiver's side. */
export class ViewsBehind {
  readonly #message: Buffer;
  /** The smallest offset of the next view. Views do not overlap, so that a message cannot become more than its bytes. */
  #free = 0;

  constructor(message: Buffer) {
    this.#message = message;
  }

  /** A copy with memory of its own. @throws if it does not lie in the message, after the clone */
  takeWhole(length: number, offset: number): ArrayBuffer {
    const view = this.take(BYTES, length, offset);
    return new Uint8Array(view as Uint8Array).buffer as ArrayBuffer;
  }

  /** @throws if the view does not lie in the message, after the clone */
  take(kind: number, length: number, offset: number): ArrayBufferView {
    const message = this.#message;
    const end = message.byteLength - 4;
    const start = aligned(lengthAt(message, end)) + offset;
    const Constructor = constructorOf(kind);
    const good = Constructor !== undefined && offset >= this.#free && start + length <= end;
    if (!good) throw new Error('a view lies outside its message');
    this.#free = offset + length;
    const { buffer, byteOffset } = message;
    const size = kind === BUFFER ? 1 : sizeOfElement(Constructor);
    if ((byteOffset + start) % size === 0) return viewOf(kind, buffer, byteOffset + start, length);
    const copy = new Uint8Array(new Uint8Array(buffer, byteOffset + start, length));
    return viewOf(kind, copy.buffer, 0, length);
  }
}

function pad(parts: Uint8Array[], length: number): void {
  const missing = aligned(length) - length;
  if (missing > 0) ArrayPrototypePush(parts, new Uint8Array(padding, 0, missing));
}

function lengthAt(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at, true);
}

export function aligned(length: number): number {
  return length + (ALIGNMENT - 1) - ((length + (ALIGNMENT - 1)) % ALIGNMENT);
}
