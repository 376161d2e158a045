// What the two ports of a MessageChannel know of each other as long as both are here. Neither keeps the other alive: a port that
// nobody has is collected, and closed.
import type { SocketLists } from '../handles/socket-lists.js';
import type { Lanes } from './lanes.js';
import { WeakRef } from '../platform/primordials.js';

export class Half {
  #other: Half | undefined;
  #lanes: WeakRef<Lanes> | undefined;
  /** Neither closed nor sent. */
  #open = true;
  /** Somebody reads the port, or has. */
  #read = false;

  static pair(): [Half, Half] {
    const [one, other] = [new Half(), new Half()];
    one.#other = other;
    other.#other = one;
    return [one, other];
  }

  /** Whether the other port is one that may still do something: not one that is here and that nobody reads. */
  get awaitsOther(): boolean {
    const other = this.#other as Half;
    return other.#read || !other.#open;
  }

  setLanes(lanes: Lanes | undefined): void {
    this.#lanes = lanes && new WeakRef(lanes);
  }

  setOpen(open: boolean): void {
    this.#open = open;
    if (this.#other !== undefined) this.#other.#update();
  }

  markRead(): void {
    if (this.#read) return;
    this.#read = true;
    if (this.#other !== undefined) this.#other.#update();
  }

  /** Whether one of the two is the port that a message is being sent through. Each channel has socket lists of its own. */
  carries(lists: SocketLists): boolean {
    return this.#has(lists) || (this.#other as Half).#has(lists);
  }

  #has(lists: SocketLists): boolean {
    return this.#lanes?.deref()?.endpoints.some((endpoint) => endpoint.lists === lists) === true;
  }

  /** What there is to wait for has changed. */
  #update(): void {
    this.#lanes?.deref()?.endpoints.forEach((endpoint) => endpoint.updateHold());
  }
}
