// Large views of a structured clone lie behind it in the message, so that they are never copied into it: they go from
// the program's memory to the socket, and what the receiver gets is a view of the memory they were received into.
//
//   clone | zeros up to a multiple of 8 | view | zeros up to a multiple of 8 | view ... | length of the clone, 4 bytes
//
// The clone says for each its kind, its length, and where it begins behind the clone.

/** Views of this many bytes and more: below, a copy is cheaper than another part of the message. */
export const LARGE = 16 * 1024;

/** Elements begin at multiples of their size; none is larger. */
const ALIGNMENT = 8;

/** Parts of one message that a sender puts together: more views than that are copied into the clone. */
const MOST = 6;

const zeros = new Uint8Array(ALIGNMENT);
const tag = Object.prototype.toString;

type ViewConstructor = new (buffer: ArrayBufferLike, offset: number, length: number) => ArrayBufferView;

/** In the order of Node's own numbers (lib/v8.js), which say what a view inside a clone is. */
const KINDS = [
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'DataView',
  'Buffer',
  'BigInt64Array',
  'BigUint64Array',
  'Float16Array',
];

const BUFFER = KINDS.indexOf('Buffer');

const constructors: (ViewConstructor | undefined)[] = KINDS.map(
  (name) => (globalThis as Record<string, unknown>)[name] as ViewConstructor | undefined,
);

/** The views of one message that lie behind its clone. */
export class Area {
  readonly #views: Uint8Array[] = [];
  #length = 0;

  get isEmpty(): boolean {
    return this.#views.length === 0;
  }

  /** Where `view` will begin behind the clone; undefined if it has to be in it. */
  add(view: ArrayBufferView): number | undefined {
    const { buffer, byteOffset, byteLength } = view;
    // Shared memory could change between here and the socket.
    if (!(buffer instanceof ArrayBuffer) || this.#views.length === MOST) return undefined;
    const offset = this.#length;
    this.#views.push(new Uint8Array(buffer, byteOffset, byteLength));
    this.#length += aligned(byteLength);
    return offset;
  }

  /** Whether each view still has the length that the clone says: a getter of the message may have changed it. */
  get isWhole(): boolean {
    let length = 0;
    for (const { byteLength } of this.#views) length += aligned(byteLength);
    return length === this.#length;
  }

  /** The whole message. */
  parts(clone: Uint8Array): Uint8Array[] {
    const parts = [clone];
    pad(parts, clone.byteLength);
    for (const view of this.#views) {
      parts.push(view);
      pad(parts, view.byteLength);
    }
    const end = new Uint8Array(4);
    new DataView(end.buffer).setUint32(0, clone.byteLength, true);
    parts.push(end);
    return parts;
  }
}

export function kindOf(view: ArrayBufferView): number {
  if (Buffer.isBuffer(view)) return BUFFER;
  return KINDS.indexOf(tag.call(view).slice('[object '.length, -1));
}

/** The receiver's side. */
export class ViewsBehind {
  readonly #message: Buffer;
  /** Where the next one may begin: each has its own bytes, so that what is made of a message stays in proportion. */
  #free = 0;

  constructor(message: Buffer) {
    this.#message = message;
  }

  /** @throws if it does not lie behind the clone */
  take(kind: number, length: number, offset: number): ArrayBufferView {
    const message = this.#message;
    const end = message.byteLength - 4;
    const start = aligned(message.readUInt32LE(end)) + offset;
    const Constructor = constructors[kind];
    const good = Constructor !== undefined && offset >= this.#free && start + length <= end;
    if (!good) throw new Error('a view that is not in its message');
    this.#free = offset + length;
    const { buffer, byteOffset } = message;
    if (kind === BUFFER) return Buffer.from(buffer, byteOffset + start, length);
    const { BYTES_PER_ELEMENT: size = 1 } = Constructor as { BYTES_PER_ELEMENT?: number };
    if (length % size !== 0) throw new Error('a view that does not consist of whole elements');
    if ((byteOffset + start) % size === 0) return new Constructor(buffer, byteOffset + start, length / size);
    const copy = new Uint8Array(message.subarray(start, start + length));
    return new Constructor(copy.buffer, 0, length / size);
  }
}

function pad(parts: Uint8Array[], length: number): void {
  const missing = aligned(length) - length;
  if (missing > 0) parts.push(zeros.subarray(0, missing));
}

function aligned(length: number): number {
  return length + (ALIGNMENT - 1) - ((length + (ALIGNMENT - 1)) % ALIGNMENT);
}
