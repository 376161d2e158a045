// The channels of one port, in the order in which they are read. What is sent goes to the last one, and the port ends with it.
//
// There is more than one only for a time: until what a port had read before it was sent here is read, and until what a child
// wrote into a pair of its own is read, if both sides made one for the same name.
import type { EventEmitter } from 'node:events';
import type { Settings } from '../channel/settings.js';
import { ArrayPrototypePush, nextTick } from '../platform/primordials.js';
import type { End } from './end.js';
import { Lane } from './lane.js';
import type { LaneOwner } from './lane.js';
import { suspendAll } from './moving.js';
import type { PortEndpoint } from './port-endpoint.js';
import { LanesServer } from './serve-lanes.js';

/** The port. */
export interface LanesOwner {
  readonly emitter: EventEmitter;
  emit(event: string, ...all: unknown[]): boolean;
  listenerCount(event: string): number;
  /** Whether the other end is one that may still do something. */
  awaitsPeer(): boolean;
  /** Whether the next message has somewhere to go. */
  accepts(): boolean;
  deliver(message: unknown, handle: unknown): void;
  onError(error: Error): void;
  /** The last channel has ended. */
  onEnd(): void;
}

export class Lanes implements LaneOwner {
  readonly settings: Settings;
  readonly emitter: EventEmitter;
  readonly server = new LanesServer();
  readonly #owner: LanesOwner;
  /** Not empty. */
  #lanes: Lane[] = [];
  #started = false;
  #referenced = false;
  #over = false;
  /** Whether the pair was made here, so that the other side may have made one too and not know of this one. */
  #mayCross: boolean;
  /** The other pair is to be waited for. */
  #expecting = false;

  /**
   * @param made whether the port has a name, and its pair was made here
   * @throws what opening a channel throws
   */
  constructor(owner: LanesOwner, ends: readonly End[], settings: Settings, made = false) {
    this.#owner = owner;
    this.emitter = owner.emitter;
    this.settings = settings;
    this.#mayCross = made;
    try {
      for (let i = 0; i < ends.length; i++) ArrayPrototypePush(this.#lanes, this.open(ends[i] as End));
    } catch (error) {
      this.#lanes.forEach(({ endpoint }) => endpoint.native.destroy());
      throw error;
    }
  }

  open(end: End): Lane {
    const lane = new Lane(this, end, this.settings);
    if (this.#referenced) lane.endpoint.control.ref();
    this.server.add(lane.endpoint);
    return lane;
  }

  /** Where is sent to. */
  get main(): Lane {
    return this.#lanes[this.#lanes.length - 1] as Lane;
  }

  get endpoint(): PortEndpoint {
    return this.main.endpoint;
  }

  get endpoints(): PortEndpoint[] {
    return this.#lanes.map(({ endpoint }) => endpoint);
  }

  start(): void {
    this.#started = true;
    if (!this.#expecting) this.#lanes[0]?.start();
    this.advance();
  }

  setReferenced(on: boolean): void {
    this.#referenced = on;
    for (const { endpoint } of this.#lanes) {
      if (on) endpoint.control.ref();
      else endpoint.control.unref();
    }
  }

  disconnect(): void {
    this.#mayCross = false;
    this.#expecting = false;
    this.#lanes.splice(0, this.#lanes.length - 1).forEach((lane) => lane.disconnect());
    this.main.disconnect();
  }

  /** Sends what is queued, and closes. Does not wait for answers if nobody is there who could answer. */
  close(): void {
    if (!this.awaitsPeer()) for (const { calls } of this.endpoints) calls?.giveUp();
    this.disconnect();
  }

  /** The ends of all channels, for another port to go on with. Undefined, with nothing changed: not now. */
  suspend(): End[] | undefined {
    if (this.#expecting) return undefined;
    const { ends, left } = suspendAll(this, this.#lanes);
    this.#lanes = left;
    return ends;
  }

  // Two pairs for one port.

  /** Reads this end first: the peer wrote to it before it had the pair that was made here. */
  readFirst(end: End): void {
    const lane = this.open(end);
    lane.sayCrossed();
    this.#lanes.unshift(lane);
    this.expectNothing();
  }

  /** Goes on with this end, which the peer has made. It reads first what was written to the other one. */
  replaceWith(end: End): void {
    const lane = this.open(end);
    lane.sayCrossed();
    const [former] = this.#lanes.splice(-1, 1, lane);
    former?.disconnect();
    this.expectNothing();
  }

  /** No other pair will come. */
  expectNothing(): void {
    this.#mayCross = false;
    this.#expecting = false;
    if (this.#started) this.start();
    else this.advance();
  }

  // What the lanes report.

  awaitsPeer(): boolean {
    return this.#owner.awaitsPeer();
  }

  wants(lane: Lane): boolean {
    return this.#started && !this.#expecting && lane === this.#lanes[0] && this.#owner.accepts();
  }

  deliver(message: unknown, handle: unknown): void {
    this.#owner.deliver(message, handle);
  }

  listenerCount(event: string): number {
    return this.#owner.listenerCount(event);
  }

  onCrossed(lane: Lane): void {
    if (lane === this.main && this.#mayCross) this.#expecting = true;
  }

  onDrain(lane: Lane): void {
    if (lane === this.main) this.#owner.emit('drain');
  }

  onError(error: Error): void {
    this.#owner.onError(error);
  }

  /** On a tick of its own: the rest of a run comes in the same call. */
  onDelivered(lane: Lane): void {
    if (lane === this.#lanes[0]) nextTick(() => this.advance());
  }

  onLaneEnd(lane: Lane): void {
    // Made here and never heard of: it did not reach the port, or the other side has made one as well.
    if (lane === this.main && this.#mayCross && lane.endpoint.native.stats().bytesReceived === 0) {
      this.#expecting = true;
    }
    this.advance();
  }

  /** Goes on with the next lane when the first one is read to its end, and ends with the last one. */
  advance(): void {
    const [first] = this.#lanes;
    if (first === undefined || !first.ended || this.#expecting || this.#over) return;
    if (first === this.main) {
      this.#over = true;
      this.#owner.onEnd();
    } else if (first.empty) {
      this.#lanes.shift();
      if (this.#started) this.start();
      else this.advance();
    }
  }
}
