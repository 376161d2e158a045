// Gives what arrives to the 'message' listeners in the order in which it was sent, and keeps it while there are none.
import type { EventEmitter } from 'node:events';
import type { NativeFunctions } from '../addon/native.js';
import { Audience } from './audience.js';
import { emitMessage } from './emit-message.js';
import type { Failures } from './failures.js';
import { HeldMessages } from './held.js';
import type { Takers } from './takers.js';
import { nextTick } from '../platform/primordials.js';

export interface InboxOwner {
  readonly target: EventEmitter;
  readonly functions: Pick<NativeFunctions, 'setFlowing'>;
  readonly failures: Failures;
  /** All that is left waits for a listener. */
  onUnblocked(): void;
}

export class Inbox {
  /** Set while something takes messages. Call pull() after a change. */
  takers: Takers | undefined;
  readonly audience: Audience;
  /** No more messages will arrive. Those that are held stay. */
  ended = false;
  readonly #owner: InboxOwner;
  readonly #target: EventEmitter;
  readonly #held = new HeldMessages();
  #flowing = false;
  #resumeScheduled = false;
  #draining = false;

  constructor(owner: InboxOwner) {
    this.#owner = owner;
    this.#target = owner.target;
    this.audience = new Audience(owner.target);
  }

  /** Whether a listener that is added gets messages without start(). */
  get flowing(): boolean {
    return this.#flowing && this.takers === undefined;
  }

  /** Whether nothing is held here. The addon may still hold something. */
  get empty(): boolean {
    return this.#held.length === 0;
  }

  /** Whether a message waits for its handles to be set up, or for the tick after a listener that threw. */
  get blocked(): boolean {
    return this.#resumeScheduled || this.#held.peek()?.ready === false;
  }

  /** A listener was added. If it is for messages, what waits is delivered. */
  start(): void {
    if (!this.flowing && this.#target.listenerCount('message') > 0) this.#drain();
  }

  /** Delivers what there is, if something takes it. The taker does not get what a listener throws. */
  pull(): void {
    if (this.#draining) return;
    try {
      this.#drain();
    } catch (error) {
      nextTick(rethrow, error);
    }
  }

  end(): void {
    this.ended = true;
    this.takers?.end();
  }

  /** Delivers a run of messages. */
  deliverRun(messages: readonly unknown[]): void {
    let next = 0;
    try {
      if (this.#held.length > 0 || this.takers !== undefined) return;
      while (next < messages.length && this.takers === undefined) {
        if (!this.audience.isThere) return this.#flow(false);
        const message = messages[next++]; // before the listener runs: it counts as delivered even if that throws
        if (!emitMessage(this.#target, message, undefined) && this.audience.hasLeft()) next -= 1;
      }
    } finally {
      if (next < messages.length) this.#holdRest(messages, next);
    }
  }

  /** Delivers a run in which some messages could not be read. `faults` has the errors, in their places. */
  deliverMixed(messages: readonly unknown[], faults: ReadonlyMap<number, Error>): void {
    for (let at = 0; at < messages.length; at++) this.#held.add(messages[at], undefined, faults.get(at));
    this.#drain();
  }

  /** Whether the next message need not wait: none is before it, and somebody listens. */
  get emits(): boolean {
    return this.flowing && !this.blocked && this.empty && this.#target.listenerCount('message') > 0;
  }

  deliver(message: unknown, handle: unknown): void {
    this.#held.add(message, handle);
    this.#drain();
  }

  /** Reserves the place of a message whose handles are being set up. The result fills it. */
  reserve(): (handle: unknown, handOver: () => void, message: unknown) => void {
    const held = this.#held.add(undefined, undefined, undefined, false);
    return (handle, handOver, message) => {
      held.message = message;
      held.handle = handle;
      held.handOver = handOver;
      held.ready = true;
      try {
        this.#drain();
      } finally {
        if (!this.blocked) this.#owner.onUnblocked();
      }
    };
  }

  /** Reports a message that could not be read, in its place. */
  fault(error: Error): void {
    this.#held.add(undefined, undefined, error);
    this.#drain();
  }

  #drain(): void {
    if (this.#resumeScheduled) return;
    let complete = false;
    this.#draining = true;
    try {
      if (this.takers !== undefined && this.#target.listenerCount('message') > 0) this.takers.emitKept();
      for (let held = this.#held.peek(); held?.ready === true; held = this.#held.peek()) {
        if (held.fault === undefined && !this.#accepts()) {
          this.#flow(false);
          break;
        }
        this.#held.shift();
        if (held.fault !== undefined) {
          this.#owner.failures.faulted(held.fault);
          continue;
        }
        held.handOver?.();
        this.#give(held.message, held.handle);
      }
      complete = true;
      this.#draining = false; // the channel has more, and delivers it at once
      // Only now, so that a listener for one message at a time is served from what is held, without starting the channel.
      if (this.#held.length === 0 && this.#accepts()) this.#flow(true);
      if (this.ended && this.empty) this.#owner.onUnblocked();
    } finally {
      this.#draining = false;
      if (!complete) this.#scheduleResume();
    }
  }

  #accepts(): boolean {
    const heard = this.#target.listenerCount('message') > 0;
    return this.takers === undefined ? heard : this.takers.accepts(heard);
  }

  #give(message: unknown, handle: unknown): void {
    const heard = this.#target.listenerCount('message') > 0;
    const taken = this.takers?.offer(message, handle, heard) ?? true;
    if (taken || heard) emitMessage(this.#target, message, handle);
  }

  #holdRest(messages: readonly unknown[], from: number): void {
    this.#held.addAll(messages, from);
    if (this.takers !== undefined && from === 0) this.pull();
    else if (this.#flowing) this.#scheduleResume();
  }

  /** A listener threw. The rest follows on a later tick; in Node each message has its own. */
  #scheduleResume(): void {
    if (this.#resumeScheduled) return;
    this.#resumeScheduled = true;
    nextTick((inbox: Inbox) => inbox.resume(), this);
  }

  /** Delivers the rest after a listener that threw. */
  resume(): void {
    this.#resumeScheduled = false;
    try {
      this.#drain();
    } finally {
      if (!this.blocked) this.#owner.onUnblocked();
    }
  }

  #flow(on: boolean): void {
    if (this.#flowing === on) return;
    this.#flowing = on;
    this.#owner.functions.setFlowing(on);
  }
}

function rethrow(error: unknown): void {
  throw error;
}
