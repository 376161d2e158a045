// Messages that came while only filters waited, and that no filter matched. They can leave in any order.

/** Bytes that were received since the oldest came: at least those of what is kept. */
const BYTES = 16 << 20;
/** As many as the addon holds for a listener. */
const WITH_HANDLES = 256;

export interface Message {
  readonly message: unknown;
  readonly handle: unknown;
  /** It was emitted to listeners, who own its handles. */
  heard: boolean;
}

interface Node extends Message {
  /** What had been received in all when it came, in bytes. */
  readonly received: number;
  next: Node | undefined;
  previous: Node | undefined;
  /** It was taken. */
  gone: boolean;
}

/** A linked list, in the order of arrival. */
export class Kept {
  #first: Node | undefined;
  #last: Node | undefined;
  #withHandles = 0;

  get empty(): boolean {
    return this.#first === undefined;
  }

  /** Returns false if there are too many now. `received`: the bytes that the channel has received so far. */
  add({ message, handle, heard }: Message, received: number): boolean {
    const previous = this.#last;
    const node: Node = { message, handle, heard, received, next: undefined, previous, gone: false };
    if (previous === undefined) this.#first = node;
    else previous.next = node;
    this.#last = node;
    if (handle !== undefined) this.#withHandles += 1;
    return this.#withHandles <= WITH_HANDLES && received - (this.#first as Node).received <= BYTES;
  }

  /** Takes the first that `matches`. @throws what `matches` throws, and then takes nothing */
  take(matches: (message: Message) => boolean): Message | undefined {
    for (let node = this.#first; node !== undefined; node = node.next) {
      // What decides may be the program's, and may take messages itself.
      if (node.gone || !matches(node) || node.gone) continue;
      this.#remove(node);
      return node;
    }
    return undefined;
  }

  /** Passes on those that nobody has heard, and removes them unless they are wanted for a loop. */
  emit(emit: (message: Message) => void, loops: boolean): void {
    for (let node = this.#first; node !== undefined; node = node.next) {
      if (node.heard || node.gone) continue;
      node.heard = true;
      if (!loops) this.#remove(node);
      emit(node);
    }
  }

  /** Removes those that listeners have heard. */
  dropHeard(): void {
    for (let node = this.#first; node !== undefined; node = node.next) if (node.heard) this.#remove(node);
  }

  #remove(node: Node): void {
    const { next, previous } = node;
    node.gone = true;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    if (node.handle !== undefined) this.#withHandles -= 1;
  }
}
