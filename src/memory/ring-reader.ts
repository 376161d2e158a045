// The reading end of a ring.
import type { MemoryWaitOptions, RingReader as PublicReader } from '../memory-types.js';
import { ringMalformed } from './memory-errors.js';
import { Word } from './ring-layout.js';
import type { Ring } from './ring-layout.js';
import { limitOf, pause } from './ring-wait.js';

export class RingReader implements PublicReader {
  readonly #ring: Ring;
  #read: number;
  /** A slot is with the program, which has not released it. */
  #held = false;

  constructor(ring: Ring) {
    this.#ring = ring;
    this.#read = ring.load(Word.read);
    void this.#filled;
    ring.store(Word.readerClosed, 0);
  }

  async read(options?: MemoryWaitOptions): Promise<Uint8Array | undefined> {
    const limit = limitOf(options);
    for (;;) {
      const message = this.tryRead();
      if (message !== undefined) return message;
      if (this.#isClosed && this.#filled === 0) return undefined;
      const awaited = { counter: Word.written, seen: this.#read, flag: Word.readerWaits };
      await pause(this.#ring, awaited, limit, () => this.#filled > 0 || this.#isClosed);
    }
  }

  tryRead(): Uint8Array | undefined {
    this.release();
    const ring = this.#ring;
    if (this.#filled === 0) return undefined;
    const length = ring.load(ring.lengthAt(this.#read));
    if (length > ring.bytes) throw ringMalformed('a message is longer than a slot');
    this.#held = true;
    return ring.slot(this.#read, length);
  }

  release(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#read = (this.#read + 1) >>> 0;
    this.#ring.store(Word.read, this.#read);
    this.#ring.wake(Word.writerWaits);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (;;) {
        const message = await this.read();
        if (message === undefined) return;
        yield message;
      }
    } finally {
      this.release();
    }
  }

  close(): void {
    this.release();
    this.#ring.store(Word.readerClosed, 1);
    this.#ring.wake(Word.writerWaits);
  }

  get #isClosed(): boolean {
    return this.#ring.load(Word.writerClosed) !== 0;
  }

  /** Messages that can be read now. */
  get #filled(): number {
    const filled = (this.#ring.load(Word.written) - this.#read) >>> 0;
    if (filled > this.#ring.slots) throw ringMalformed('more was written than it has slots');
    return filled;
  }
}
