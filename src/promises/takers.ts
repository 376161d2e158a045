// Who waits for messages with next() and messages(): each message goes to the first of them that wants it.
import type { Endpoint } from '../channel/endpoint.js';
import { emitMessage } from '../channel/emit-message.js';
import type { Takers as InboxTakers } from '../channel/takers.js';
import { unmatched } from '../errors.js';
import {
  ArrayPrototypeIncludes,
  ArrayPrototypeIndexOf,
  ArrayPrototypePush,
  ArrayPrototypeSplice,
  nextTick,
} from '../platform/primordials.js';
import { Kept } from './kept.js';
import type { Message } from './kept.js';

/** One wait for a message. Exactly one of the three functions is called, once, unless the wait is cancelled. */
export interface Taker {
  readonly filter: ((message: unknown) => unknown) | undefined;
  take(message: Message): void;
  fail(error: unknown): void;
  /** The channel has ended, and has nothing more for this one. */
  end(): void;
}

export class Takers implements InboxTakers {
  readonly #end: Endpoint;
  /** In the order in which they asked. */
  readonly #waiting: Taker[] = [];
  readonly #kept = new Kept();
  /** Loops over messages() that have begun and not ended. While all of them work, the channel waits. */
  #loops = 0;
  /** Searches that run. A filter may cancel what waits while its message belongs to nobody yet. */
  #searching = 0;

  /** Those of a channel. They are there as long as there is something for them to do. */
  static of(end: Endpoint): Takers {
    return (end.inbox.takers ??= new Takers(end)) as Takers;
  }

  private constructor(end: Endpoint) {
    this.#end = end;
  }

  beginLoop(): void {
    this.#loops += 1;
  }

  endLoop(): void {
    this.#loops -= 1;
    this.#rest();
  }

  /** Waits for a message. There may be one already. */
  ask(taker: Taker): void {
    const { inbox } = this.#end;
    ArrayPrototypePush(this.#waiting, taker);
    if (this.#searchKept(taker)) {
      this.#rest();
      return;
    }
    inbox.pull();
    // On another tick: this may be a listener, with messages after the one that it has got.
    if (inbox.ended) nextTick(endAll, this);
  }

  /** Whether the taker waits no longer: it has got a message, or its filter has thrown or cancelled it. */
  #searchKept(taker: Taker): boolean {
    const waits = (): boolean => ArrayPrototypeIncludes(this.#waiting, taker);
    this.#searching += 1;
    try {
      const kept = this.#kept.take(({ message }) => waits() && wants(taker, message) && waits());
      if (kept !== undefined && this.#remove(taker)) this.#takeKept(taker, kept);
    } catch (error) {
      if (this.#remove(taker)) taker.fail(error);
    } finally {
      this.#searching -= 1;
    }
    return !waits();
  }

  /** The taker no longer waits. Nothing of it is called any more. */
  cancel(taker: Taker): void {
    if (this.#remove(taker)) this.#rest();
  }

  accepts(heard: boolean): boolean {
    return this.#waiting.length > 0 || (this.#loops === 0 && heard);
  }

  offer(message: unknown, handle: unknown, heard: boolean): boolean {
    this.#searching += 1;
    let taken = false;
    try {
      taken = this.#offer(message, handle, heard);
    } finally {
      this.#searching -= 1;
    }
    if (taken) this.#rest();
    else if (this.#searching === 0) this.#detach();
    return taken;
  }

  #offer(message: unknown, handle: unknown, heard: boolean): boolean {
    const asked: Taker[] = [];
    for (let taker = this.#after(asked); taker !== undefined; taker = this.#after(asked)) {
      ArrayPrototypePush(asked, taker);
      try {
        if (!wants(taker, message) || !this.#remove(taker)) continue;
      } catch (error) {
        if (this.#remove(taker)) taker.fail(error);
        continue;
      }
      taker.take({ message, handle, heard });
      return true;
    }
    if (!heard || this.#loops > 0) this.#keep({ message, handle, heard });
    return false;
  }

  emitKept(): void {
    const { target } = this.#end;
    this.#kept.emit(({ message, handle }) => emitMessage(target, message, handle), this.#loops > 0);
    this.#rest();
  }

  end(): void {
    if (this.#end.inbox.blocked || this.#waiting.length === 0) return;
    for (let taker = this.#waiting[0]; taker !== undefined; taker = this.#waiting[0]) {
      this.#remove(taker);
      taker.end();
    }
    this.#rest();
  }

  #takeKept(taker: Taker, { message, handle, heard }: Message): void {
    const { target } = this.#end;
    taker.take({ message, handle, heard: heard || target.listenerCount('message') > 0 });
    // On another tick: what a listener throws is not for the taker.
    if (!heard) nextTick(emitMessage, target, message, handle);
  }

  #keep(message: Message): void {
    const { bytesReceived } = this.#end.native.stats();
    if (this.#kept.add(message, bytesReceived)) return;
    const waiting = ArrayPrototypeSplice(this.#waiting, 0, this.#waiting.length);
    for (let at = 0; at < waiting.length; at++) (waiting[at] as Taker).fail(unmatched());
  }

  /** The first that waits and was not asked. A filter is the program's, and may change who waits. */
  #after(asked: readonly Taker[]): Taker | undefined {
    for (let at = 0; at < this.#waiting.length; at++) {
      if (!ArrayPrototypeIncludes(asked, this.#waiting[at])) return this.#waiting[at];
    }
    return undefined;
  }

  /** Returns whether it was waiting. */
  #remove(taker: Taker): boolean {
    const at = ArrayPrototypeIndexOf(this.#waiting, taker);
    if (at === -1) return false;
    ArrayPrototypeSplice(this.#waiting, at, 1);
    return true;
  }

  /** Somebody has ceased to wait: without anybody, the messages are for listeners again. */
  #rest(): void {
    if (this.#searching > 0 || this.#waiting.length > 0 || this.#loops > 0) return;
    this.#detach();
    this.#end.inbox.pull();
  }

  #detach(): void {
    const { inbox } = this.#end;
    if (this.#waiting.length > 0 || this.#loops > 0) return;
    this.#kept.dropHeard();
    if (this.#kept.empty && inbox.takers === this) inbox.takers = undefined;
  }
}

function wants({ filter }: Taker, message: unknown): boolean {
  return filter === undefined || Boolean(filter(message));
}

function endAll(takers: Takers): void {
  takers.end();
}
