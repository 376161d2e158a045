// The class SharedRing.
import { checkReceivers } from '../channel/receivers.js';
import { illegalConstructor, invalidValue } from '../errors.js';
import type { SharedRing as PublicRing, SharedRingOptions } from '../memory-types.js';
import { readOptions } from '../promises/options.js';
import { integerOf } from './arguments.js';
import { Ring, areSizes } from './ring-layout.js';
import { RingReader } from './ring-reader.js';
import { RingWriter } from './ring-writer.js';
import { SharedMemory } from './shared-memory.js';

/** What only this file passes to the constructor. */
const OWN = Symbol('own');

const MOST = 0x7fff_ffff;

export class SharedRing implements PublicRing {
  readonly #ring: Ring;

  static create(options: SharedRingOptions): SharedRing {
    const { slots: count, bytes: size } = readOptions(options, ['slots', 'bytes']);
    const slots = integerOf(count, 'options.slots', 1, 1 << 20);
    const bytes = integerOf(size, 'options.bytes', 1, MOST);
    if (!areSizes(slots, bytes)) throw invalidValue('options.slots', 'must be a power of two');
    return new SharedRing(OWN, Ring.create(slots, bytes));
  }

  static open(memory: SharedMemory): SharedRing {
    if (!(memory instanceof SharedMemory)) throw invalidValue('memory', 'must be a SharedMemory');
    return new SharedRing(OWN, new Ring(memory));
  }

  static {
    checkReceivers(this.prototype, 'SharedRing', (thing) => #ring in thing);
  }

  constructor(own: symbol, ring: Ring) {
    if (own !== OWN) throw illegalConstructor('SharedRing.create() or SharedRing.open()');
    this.#ring = ring;
  }

  get memory(): SharedMemory {
    return this.#ring.memory;
  }

  get slots(): number {
    return this.#ring.slots;
  }

  get slotBytes(): number {
    return this.#ring.bytes;
  }

  writer(): RingWriter {
    return new RingWriter(this.#ring);
  }

  reader(): RingReader {
    return new RingReader(this.#ring);
  }
}
