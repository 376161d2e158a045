import { ArrayPrototypePush, ArrayPrototypeSlice } from '../platform/primordials.js';
/** A queue whose front is removed in constant time. */
export class Fifo<T> {
  #items: T[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    ArrayPrototypePush(this.#items, item);
  }

  peek(): T | undefined {
    return this.#items[this.#head];
  }

  /** The item that so many others precede. */
  at(place: number): T | undefined {
    return place < 0 ? undefined : this.#items[this.#head + place];
  }

  all(): T[] {
    return ArrayPrototypeSlice(this.#items, this.#head);
  }

  /** Drops the front. */
  shift(): void {
    this.#head += 1;
    if (this.#head === this.#items.length) {
      this.#items = [];
      this.#head = 0;
    } else if (this.#head >= 1024 && this.#head * 2 >= this.#items.length) {
      this.#items = ArrayPrototypeSlice(this.#items, this.#head); // half of it is dead by now: a constant cost for each item
      this.#head = 0;
    }
  }
}
