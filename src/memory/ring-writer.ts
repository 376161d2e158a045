// The writing end of a ring.
import { invalidArgument, outOfRange } from '../errors.js';
import type { MemoryWaitOptions, RingWriter as PublicWriter } from '../memory-types.js';
import { ArrayBufferIsView, TypedArrayPrototypeSet, Uint8Array } from '../platform/primordials.js';
import { integerOf } from './arguments.js';
import { ringClosed, ringMalformed } from './memory-errors.js';
import { Word } from './ring-layout.js';
import type { Ring } from './ring-layout.js';
import { limitOf, pause } from './ring-wait.js';

export class RingWriter implements PublicWriter {
  readonly #ring: Ring;
  /** Own counters are never read back from the memory. */
  #written: number;
  #reserved = false;
  /** The reader may have seen the end: what came after it would be lost. */
  #closed = false;

  constructor(ring: Ring) {
    this.#ring = ring;
    this.#written = ring.load(Word.written);
    void this.#free;
    ring.store(Word.writerClosed, 0);
  }

  async reserve(options?: MemoryWaitOptions): Promise<Uint8Array> {
    const limit = limitOf(options);
    for (;;) {
      const slot = this.tryReserve();
      if (slot !== undefined) return slot;
      const seen = (this.#written - this.#ring.slots) >>> 0;
      const awaited = { counter: Word.read, seen, flag: Word.writerWaits };
      await pause(this.#ring, awaited, limit, () => this.#free > 0 || this.#closedBy !== undefined);
    }
  }

  tryReserve(): Uint8Array | undefined {
    this.#throwIfClosed();
    if (this.#free === 0) return undefined;
    this.#reserved = true;
    return this.#ring.slot(this.#written, this.#ring.bytes);
  }

  commit(length: number): void {
    const ring = this.#ring;
    integerOf(length, 'length', 0, ring.bytes);
    if (this.#closed) throw ringClosed('writer');
    if (!this.#reserved) throw outOfRange('length', 'that of a slot that was reserved', length);
    this.#reserved = false;
    ring.store(ring.lengthAt(this.#written), length);
    this.#written = (this.#written + 1) >>> 0;
    ring.store(Word.written, this.#written);
    ring.wake(Word.readerWaits);
  }

  async write(bytes: ArrayBufferView | ArrayBufferLike, options?: MemoryWaitOptions): Promise<void> {
    const source = this.#source(bytes);
    this.#fill(await this.reserve(options), source);
  }

  tryWrite(bytes: ArrayBufferView | ArrayBufferLike): boolean {
    const source = this.#source(bytes);
    const slot = this.tryReserve();
    if (slot !== undefined) this.#fill(slot, source);
    return slot !== undefined;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#ring.store(Word.writerClosed, 1);
    this.#ring.wake(Word.readerWaits);
    // A write() of this end that waits for a slot.
    this.#ring.wake(Word.writerWaits);
  }

  #fill(slot: Uint8Array, source: Uint8Array): void {
    TypedArrayPrototypeSet(slot, source);
    this.commit(source.byteLength);
  }

  #source(bytes: unknown): Uint8Array {
    const source = bytesOf(bytes);
    if (source.byteLength > this.#ring.bytes) {
      throw outOfRange(
        'bytes.byteLength',
        `at most ${this.#ring.bytes}, the size of a slot`,
        source.byteLength,
      );
    }
    return source;
  }

  #throwIfClosed(): void {
    const end = this.#closedBy;
    if (end !== undefined) throw ringClosed(end);
  }

  get #closedBy(): 'reader' | 'writer' | undefined {
    if (this.#closed) return 'writer';
    return this.#ring.load(Word.readerClosed) === 0 ? undefined : 'reader';
  }

  /** Free slots. */
  get #free(): number {
    const used = (this.#written - this.#ring.load(Word.read)) >>> 0;
    if (used > this.#ring.slots) throw ringMalformed('it was read further than it was written');
    return this.#ring.slots - used;
  }
}

function bytesOf(bytes: unknown): Uint8Array {
  if (ArrayBufferIsView(bytes)) return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { isAnyArrayBuffer } = (require('node:util') as typeof import('node:util')).types;
  if (isAnyArrayBuffer(bytes)) return new Uint8Array(bytes);
  throw invalidArgument('bytes', 'an instance of ArrayBuffer, Buffer, TypedArray, or DataView', bytes);
}
