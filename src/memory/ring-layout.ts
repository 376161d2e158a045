// Where things lie in the memory of a ring. docs/shared-memory.md has the same table, and crates/forkwire/src/shared_ring.
import {
  AtomicsExchange,
  AtomicsLoad,
  AtomicsStore,
  Int32Array,
  Uint8Array,
} from '../platform/primordials.js';
import { ringMalformed } from './memory-errors.js';
import { LOOK, SharedMemory } from './shared-memory.js';

/** "ring" in the order of the bytes. */
const MAGIC = 0x676e_6972;
const VERSION = 1;

/** Places of numbers, in steps of 4 bytes. What the two ends write is on lines of the processor's cache of their own. */
export const Word = {
  magic: 0,
  version: 1,
  slots: 2,
  bytes: 3,
  /** Slots that were written since the start, modulo 2^32. */
  written: 16,
  /** 1 while the reader waits: the reader sets it, and the writer takes it back. */
  readerWaits: 17,
  writerClosed: 18,
  /** Slots that were read since the start, modulo 2^32. */
  read: 32,
  writerWaits: 33,
  readerClosed: 34,
  lengths: 48,
} as const;

/** A line of the processor's cache, in bytes. */
const LINE = 64;

/** The memory of a ring. The other process could change the sizes there: they are read once. */
export class Ring {
  readonly memory: SharedMemory;
  readonly slots: number;
  readonly bytes: number;
  readonly #words: Int32Array;

  static create(slots: number, bytes: number): Ring {
    const memory = SharedMemory.create(sizeOf(slots, bytes));
    const words = new Int32Array(memory.buffer);
    words[Word.version] = VERSION;
    words[Word.slots] = slots;
    words[Word.bytes] = bytes;
    AtomicsStore(words, Word.magic, MAGIC);
    return new Ring(memory);
  }

  /** @throws ERR_FORKWIRE_RING_MALFORMED */
  constructor(memory: SharedMemory) {
    const words = wordsOf(memory);
    const word = (index: number): number => (index < words.length ? AtomicsLoad(words, index) >>> 0 : 0);
    if (word(Word.magic) !== MAGIC || word(Word.version) !== VERSION || memory.frozen) {
      throw ringMalformed('it is not a ring of this version');
    }
    const [slots, bytes] = [word(Word.slots), word(Word.bytes)];
    // Where memory has whole pages, there is more of it.
    if (!areSizes(slots, bytes) || sizeOf(slots, bytes) > memory.byteLength) {
      throw ringMalformed('it does not fit into its memory');
    }
    this.memory = memory;
    this.slots = slots;
    this.bytes = bytes;
    this.#words = words;
  }

  load(index: number): number {
    return AtomicsLoad(this.#words, index) >>> 0;
  }

  store(index: number, value: number): void {
    AtomicsStore(this.#words, index, value | 0);
  }

  /** Waits a moment, if that has paid before. */
  hasChanged(index: number, seen: number): boolean {
    return this.memory[LOOK](index, seen | 0);
  }

  /** Wakes the other end, if it waits. */
  wake(index: number): void {
    if (AtomicsLoad(this.#words, index) !== 0 && AtomicsExchange(this.#words, index, 0) !== 0) {
      this.memory.notify(index);
    }
  }

  /** The place of a slot's length. */
  lengthAt(counter: number): number {
    return Word.lengths + (counter % this.slots);
  }

  /** The first bytes of a slot. */
  slot(counter: number, length: number): Uint8Array {
    const offset = dataOf(this.slots) + (counter % this.slots) * lined(this.bytes);
    return new Uint8Array(this.memory.buffer, offset, length);
  }
}

/** Whether they are the sizes of a ring: the number of slots divides the range of the counters. */
export function areSizes(slots: number, bytes: number): boolean {
  return slots > 0 && (slots & (slots - 1)) === 0 && bytes > 0;
}

function sizeOf(slots: number, bytes: number): number {
  return dataOf(slots) + slots * lined(bytes);
}

function dataOf(slots: number): number {
  return lined(4 * (Word.lengths + slots));
}

function lined(bytes: number): number {
  return bytes + ((LINE - (bytes % LINE)) % LINE);
}

function wordsOf({ buffer }: SharedMemory): Int32Array {
  return new Int32Array(buffer, 0, (buffer.byteLength - (buffer.byteLength % 4)) / 4);
}
