// The class SharedMemory.
import { HandleKind, native } from '../addon/native.js';
import type { NativeMemory, WaitOutcome } from '../addon/memory.js';
import { checkReceivers } from '../channel/receivers.js';
import { illegalConstructor, invalidArgument, invalidHandle, invalidValue } from '../errors.js';
import type { Packed, PackOptions } from '../handles/packed.js';
import { PACK } from '../handles/packed.js';
import type { MemoryWaitOptions, SharedMemory as PublicMemory } from '../memory-types.js';
import { MathFloor, SharedArrayBuffer, Uint8Array } from '../platform/primordials.js';
import { defineValue } from '../platform/properties.js';
import { MEMORY } from '../serialization/shared-views.js';
import type { Branded } from '../serialization/shared-views.js';
import { countOf, integerOf, timeOf, wordOf } from './arguments.js';
import { Instances } from './instances.js';
import { calling, memoryClosed, noSharedMemory } from './memory-errors.js';
import { looks, waitFor } from './waits.js';

const instances = new Instances<SharedMemory>();

/** Bytes: more than any system has, and exact as a number. */
const MOST = 2 ** 48;

/** The name of a method that is not for programs. */
export const LOOK: unique symbol = Symbol('look');

/** What only this file passes to the constructor. */
const OWN = Symbol('own');

export class SharedMemory implements PublicMemory {
  readonly #memory: NativeMemory;
  #buffer: SharedArrayBuffer | undefined;

  static create(bytes: number): SharedMemory {
    integerOf(bytes, 'bytes', 1, MOST);
    return memoryOf(calling(() => native().Memory.create(bytes)));
  }

  static from(buffer: SharedArrayBuffer): SharedMemory {
    if (!(buffer instanceof SharedArrayBuffer)) {
      throw invalidArgument('buffer', 'an instance of SharedArrayBuffer', buffer);
    }
    const known = (buffer as Branded)[MEMORY];
    if (known !== undefined) return known as SharedMemory;
    const found = native().Memory.at(new Uint8Array(buffer));
    if (found === null || found.byteLength !== buffer.byteLength) {
      throw invalidValue('buffer', 'must be that of a SharedMemory');
    }
    const memory = memoryOf(found);
    memory.#brand(buffer);
    return memory;
  }

  static {
    checkReceivers(this.prototype, 'SharedMemory', (thing) => #memory in thing);
  }

  constructor(own: symbol, memory: NativeMemory) {
    if (own !== OWN) throw illegalConstructor('SharedMemory.create()');
    this.#memory = memory;
  }

  get buffer(): SharedArrayBuffer {
    if (this.#buffer === undefined) {
      const buffer = this.#memory.buffer();
      if (buffer === null) throw noSharedMemory();
      this.#brand(buffer);
    }
    return this.#buffer as SharedArrayBuffer;
  }

  get byteLength(): number {
    return this.#memory.byteLength;
  }

  get frozen(): boolean {
    return this.#memory.frozen;
  }

  freeze(): void {
    calling(() => this.#memory.freeze());
  }

  wait(index: number, expected: number, timeout?: number): WaitOutcome {
    this.#check(index, expected);
    return this.#memory.wait(index, expected, timeOf(timeout, 'timeout'));
  }

  async waitAsync(index: number, expected: number, options?: MemoryWaitOptions): Promise<WaitOutcome> {
    this.#check(index, expected);
    return waitFor(this.#memory, index, expected, options);
  }

  notify(index: number, count = Infinity): number {
    this.#check(index, 0);
    return this.#memory.notify(index, countOf(count));
  }

  /** For a ring: whether the number is another one within a moment. */
  [LOOK](index: number, seen: number): boolean {
    return looks && this.#memory.hasChanged(index, seen);
  }

  [PACK]({ nodeWire }: PackOptions): Packed {
    if (nodeWire) throw invalidHandle();
    const { fd } = this.#memory;
    if (fd === -1) throw memoryClosed();
    return { outgoing: { kind: HandleKind.sharedMemory, fd, note: '' }, keeper: this.#memory };
  }

  /** The buffer keeps this object, and so the descriptor, as long as the program has a view of it. */
  #brand(buffer: SharedArrayBuffer): void {
    this.#buffer ??= buffer;
    defineValue(buffer, MEMORY, this);
  }

  #check(index: number, expected: number): void {
    integerOf(index, 'index', 0, MathFloor(this.byteLength / 4) - 1);
    wordOf(expected, 'expected');
  }
}

/** Takes over `fd`, which came with a message. @throws what the system says, if it cannot be mapped */
export function receiveMemory(fd: number): SharedMemory {
  return memoryOf(native().Memory.open(fd));
}

function memoryOf(memory: NativeMemory): SharedMemory {
  return instances.of(memory.address, () => new SharedMemory(OWN, memory));
}
