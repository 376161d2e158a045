// One channel of a port, with what a port needs to know of it. Usually a port has one.
import type { EventEmitter } from 'node:events';
import type { Settings } from '../channel/settings.js';
import type { Control } from '../channel/control.js';
import type { Target } from '../channel/target.js';
import { listActive } from '../observe/active.js';
import { statsOf } from '../observe/monitor.js';
import { showPort } from '../observe/show.js';
import { holdsLoop } from '../channel/control.js';
import type { End } from './end.js';
import { PortEndpoint } from './port-endpoint.js';

/** The message by which the end of a pair says that its port has another one, which is offered under the port's name. */
const CROSSED = 'NODE_FORKWIRE_CROSSED';

type Listener = (...all: unknown[]) => void;

/** A message that was received, and that the program does not have. */
export interface Stored {
  readonly message: unknown;
  readonly handle: unknown;
}

/** What a lane reports. */
export interface LaneOwner {
  readonly emitter: EventEmitter;
  /** Whether the other end is one that may still do something. */
  awaitsPeer(): boolean;
  /** Whether the lane's messages are delivered now, to somebody. */
  wants(lane: Lane): boolean;
  deliver(message: unknown, handle: unknown): void;
  listenerCount(event: string): number;
  onCrossed(lane: Lane): void;
  onDrain(lane: Lane): void;
  /** An event of a lane that has ended was delivered. */
  onDelivered(lane: Lane): void;
  onError(error: Error): void;
  onLaneEnd(lane: Lane): void;
}

/** The target of the lane's endpoint: what it emits goes to the port, if it is the lane's turn. */
export class Lane {
  readonly endpoint: PortEndpoint;
  connected = true;
  /** Whoever is at the other end may be killed in mid-message by anybody: that is an end, and not worth a warning. */
  readonly killed = true;
  channel: Control | null | undefined;
  ended = false;
  /** It could not move, and the rest of a run is to come before what was taken out of it. */
  gathering = false;
  /** Not undefined: messages go there. */
  #sink: ((stored: Stored) => void) | undefined;
  /** Messages that were to move with the lane, and stayed. */
  #stored: Stored[] = [];
  /** Calls of emit() that have not returned. */
  #delivering = 0;
  readonly #owner: LaneOwner;
  readonly #forget: () => void;

  constructor(owner: LaneOwner, end: End, settings: Settings) {
    this.#owner = owner;
    const { fd, state } = end.take();
    const target = this as unknown as Target;
    this.endpoint = new PortEndpoint(target, fd, { ...settings, state }, false, () => this.#end());
    this.endpoint.awaitsPeer = () => owner.awaitsPeer();
    const { control } = this.endpoint;
    const unlist = listActive({ control, isActive: () => holdsLoop(control) });
    const hide = showPort(this.endpoint);
    this.#forget = () => {
      unlist();
      hide();
    };
    this.endpoint.monitor.trace?.start('native', 'a port');
  }

  /** Where the events are emitted, for diagnostics. */
  get emitter(): EventEmitter {
    return this.#owner.emitter;
  }

  /** Whether an event of this lane is being delivered. */
  get delivering(): boolean {
    return this.#delivering > 0;
  }

  /** Whether nothing of what has arrived waits to be delivered. */
  get empty(): boolean {
    const { inbox, native } = this.endpoint;
    return this.#stored.length === 0 && inbox.empty && native.stats().held === 0;
  }

  /** Delivers what has arrived, as long as it is wanted. */
  start(): void {
    while (this.#stored.length > 0 && this.#owner.wants(this)) {
      const { message, handle } = this.#stored.shift() as Stored;
      this.#owner.deliver(message, handle);
    }
    this.endpoint.inbox.start();
  }

  listenerCount(event: string): number {
    if (event !== 'message') return this.#owner.listenerCount(event);
    const wanted = this.#sink !== undefined || (this.#stored.length === 0 && this.#owner.wants(this));
    return wanted ? 1 : 0;
  }

  // What else of an EventEmitter is used of a target.

  on(event: string, listener: Listener): this {
    this.emitter.on(event, listener);
    return this;
  }

  once(event: string, listener: Listener): this {
    this.emitter.once(event, listener);
    return this;
  }

  off(event: string, listener: Listener): this {
    this.emitter.off(event, listener);
    return this;
  }

  emit(event: string, ...all: unknown[]): boolean {
    this.#delivering += 1;
    try {
      return this.#emit(event, all);
    } finally {
      this.#delivering -= 1;
      if (this.ended) this.#owner.onDelivered(this);
    }
  }

  #emit(event: string, all: unknown[]): boolean {
    const owner = this.#owner;
    if (event === 'message' && this.#sink !== undefined) this.#sink({ message: all[0], handle: all[1] });
    else if (event === 'message') owner.deliver(all[0], all[1]);
    else if (event === 'internalMessage') this.#onInternal(all[0] as { cmd: string }, all);
    else if (event === 'error') owner.onError(all[0] as Error);
    else if (event === 'drain') owner.onDrain(this);
    else return false;
    return true;
  }

  #onInternal(message: { cmd: string }, all: unknown[]): void {
    if (message.cmd === CROSSED) this.#owner.onCrossed(this);
    else if (message.cmd.startsWith('NODE_SOCKET_')) this.endpoint.lists.onInternalMessage(message);
    // On a port, a message is what its sender posted, whatever it looks like.
    else this.#owner.deliver(all[0], all[1]);
  }

  /** Tells the other side that the port has another pair. */
  sayCrossed(): void {
    this.endpoint.sendInternal({ cmd: CROSSED });
  }

  /** Messages go to `sink` from now on, first all that have arrived. */
  collect(sink: (stored: Stored) => void): void {
    const stored = this.#stored;
    this.#stored = [];
    this.#sink = sink;
    for (const one of stored) sink(one);
    this.endpoint.inbox.start();
  }

  /** Messages are delivered from now on, first these. */
  release(stored: Stored[]): void {
    this.#stored = stored;
    this.#sink = undefined;
  }

  /** Forgets the lane, whose channel goes on elsewhere. */
  forget(): void {
    this.#forget();
  }

  /** Sends what is queued, and closes. */
  disconnect(): void {
    if (this.connected) this.endpoint.disconnect();
  }

  #end(): void {
    this.ended = true;
    this.endpoint.monitor.trace?.end(statsOf(this.endpoint));
    this.#forget();
    this.#owner.onLaneEnd(this);
  }
}
