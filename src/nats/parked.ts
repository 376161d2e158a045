// Requests for which no worker has room. They wait here, and not at a worker, so that whichever is free first takes the next.
import { ArrayPrototypeSplice, MathMin, clearTimeout, setTimeout } from '../platform/primordials.js';
import type { Call } from './call.js';
import type { Link } from './link.js';
import { slotsOf } from './room.js';
import { isUnheard } from './status.js';
import type { Subjects } from './subjects.js';
import type { NatsMessage, NatsSubscription } from './types.js';

export interface ParkedEvents {
  send(call: Call): void;
  /** There is not even a worker without room. */
  unserved(call: Call): void;
}

/** Milliseconds from the first probe to the second. Each later pause is twice as long, up to the heartbeat. */
const FIRST_DELAY = 5;

export class Parked {
  readonly #link: Link;
  readonly #subjects: Subjects;
  readonly #longest: number;
  readonly #events: ParkedEvents;
  /** In the order of their numbers, which is that in which they were made. */
  readonly #calls: Call[] = [];
  #room: NatsSubscription | undefined;
  /** The number under which workers answer. */
  #probe: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #delay = FIRST_DELAY;

  /** @param longest milliseconds between two probes, at most */
  constructor(link: Link, subjects: Subjects, longest: number, events: ParkedEvents) {
    this.#link = link;
    this.#subjects = subjects;
    this.#longest = longest;
    this.#events = events;
  }

  get busy(): boolean {
    return this.#calls.length > 0;
  }

  /** A request that is new, or that came back. */
  add(call: Call): void {
    ArrayPrototypeSplice(this.#calls, this.#placeOf(call), 0, call);
    if (this.#calls.length === 1) this.#begin();
  }

  forget(call: Call): void {
    const at = this.#placeOf(call);
    if (this.#calls[at] !== call) return;
    ArrayPrototypeSplice(this.#calls, at, 1);
    if (this.#calls.length === 0) this.#rest();
  }

  /** Listens first, so that no room is announced between the answer to a probe and this. */
  #begin(): void {
    if (this.#link.ended) return;
    this.#room = this.#link.subscribe(this.#subjects.room, ({ data }) => this.#onRoom(slotsOf(data)));
    if (this.#timer === undefined) this.#ask();
  }

  /** Every worker says how much room it has, and from now on announces when it gets some. */
  #ask(): void {
    if (this.#probe !== undefined) this.#link.expecting.delete(this.#probe);
    this.#probe = this.#link.expect({
      onMessage: (message) => this.#onProbed(message),
      onHeartbeat: nothing,
    });
    this.#link.publish(this.#subjects.probe, undefined, {
      reply: this.#link.replyTo(this.#probe, this.#longest),
    });
    this.#wait(this.#delay);
    this.#delay = MathMin(2 * this.#delay, this.#longest);
  }

  /** Before the next probe, even if nothing waits: probes never follow each other at once. */
  #wait(milliseconds: number): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#onTimer(), milliseconds).unref();
  }

  #onTimer(): void {
    this.#timer = undefined;
    if (this.busy && !this.#link.ended) this.#ask();
  }

  #onProbed(message: NatsMessage): void {
    if (!isUnheard(message)) this.#release(slotsOf(message.data));
    else
      for (let call = this.#calls[0]; call !== undefined; call = this.#calls[0]) this.#events.unserved(call);
  }

  #onRoom(slots: number): void {
    this.#delay = FIRST_DELAY;
    this.#release(slots);
  }

  #release(slots: number): void {
    const calls = ArrayPrototypeSplice(this.#calls, 0, slots);
    if (!this.busy) this.#rest();
    for (let at = 0; at < calls.length; at++) this.#events.send(calls[at] as Call);
  }

  #rest(): void {
    this.#room?.unsubscribe();
    this.#room = undefined;
    if (this.#probe !== undefined) this.#link.expecting.delete(this.#probe);
    this.#probe = undefined;
    this.#delay = FIRST_DELAY;
    if (this.#timer !== undefined) this.#wait(FIRST_DELAY);
  }

  /** Ends what waits for something. */
  close(): void {
    this.#rest();
    if (this.#timer !== undefined) clearTimeout(this.#timer);
  }

  /** Of the first whose number is not lower. */
  #placeOf({ id }: Call): number {
    let [low, high] = [0, this.#calls.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#calls[middle] as Call).id < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function nothing(): void {}
