// What arrives, given to the 'message' listeners in the order it was sent, and kept while there are none.
import type { EventEmitter } from 'node:events';
import type { NativeFunctions } from '../addon/native.js';
import { deliveries } from '../observe/diagnostics.js';
import type { MessagePublished } from '../observe/diagnostics.js';
import type { Failures } from './failures.js';
import { Fifo } from './fifo.js';
import { nextTick } from '../platform/primordials.js';

interface Held {
  message: unknown;
  handle: unknown;
  /** Not undefined: a message that could not be read stood here. */
  readonly fault: Error | undefined;
  /** False while its handles are being set up. */
  ready: boolean;
  /** Called right before the program gets the handle. */
  handOver?: () => void;
}

export interface InboxOwner {
  readonly target: EventEmitter;
  readonly functions: Pick<NativeFunctions, 'setFlowing'>;
  readonly failures: Failures;
  /** Nothing waits any more but for a listener. */
  onUnblocked(): void;
}

export class Inbox {
  readonly #owner: InboxOwner;
  readonly #target: EventEmitter;
  readonly #held = new Fifo<Held>();
  #flowing = false;
  #resumeScheduled = false;

  constructor(owner: InboxOwner) {
    this.#owner = owner;
    this.#target = owner.target;
  }

  get flowing(): boolean {
    return this.#flowing;
  }

  /** Whether a message waits for its handles to be set up, or for the tick behind a listener that threw. */
  get blocked(): boolean {
    return this.#resumeScheduled || this.#held.peek()?.ready === false;
  }

  /** A listener was added: what waits is delivered if it is one for messages. */
  start(): void {
    if (!this.#flowing && this.#target.listenerCount('message') > 0) this.#drain();
  }

  /** Delivers a run of messages. */
  deliverRun(messages: readonly unknown[]): void {
    const target = this.#target;
    let next = 0;
    try {
      if (this.#held.length > 0) return;
      while (next < messages.length) {
        if (target.listenerCount('message') === 0) {
          this.#flow(false);
          return;
        }
        const message = messages[next];
        next += 1; // before the listener runs: what it throws on is delivered all the same
        if (deliveries.hasSubscribers) this.#publish(message, undefined);
        target.emit('message', message, undefined);
      }
    } finally {
      if (next < messages.length) this.#holdRest(messages, next);
    }
  }

  /** Delivers a run in which some could not be read: `faults` has what is wrong in their places. */
  deliverMixed(messages: readonly unknown[], faults: ReadonlyMap<number, Error>): void {
    for (let at = 0; at < messages.length; at++) {
      const message = messages[at];
      this.#held.push({ message, handle: undefined, fault: faults.get(at), ready: true });
    }
    this.#drain();
  }

  deliver(message: unknown, handle: unknown): void {
    this.#held.push({ message, handle, fault: undefined, ready: true });
    this.#drain();
  }

  /** Keeps the place of a message whose handles are being set up. The result puts them into it. */
  reserve(message: unknown): (handle: unknown, handOver: () => void) => void {
    const held: Held = { message, handle: undefined, fault: undefined, ready: false };
    this.#held.push(held);
    return (handle, handOver) => {
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

  /** A message that could not be read: reported in its place. */
  fault(error: Error): void {
    this.#held.push({ message: undefined, handle: undefined, fault: error, ready: true });
    this.#drain();
  }

  #drain(): void {
    if (this.#resumeScheduled) return;
    let complete = false;
    try {
      for (let held = this.#held.peek(); held?.ready === true; held = this.#held.peek()) {
        if (held.fault === undefined && this.#target.listenerCount('message') === 0) {
          this.#flow(false);
          break;
        }
        this.#held.shift();
        if (held.fault !== undefined) {
          this.#owner.failures.faulted(held.fault);
          continue;
        }
        held.handOver?.();
        if (deliveries.hasSubscribers) this.#publish(held.message, held.handle);
        this.#target.emit('message', held.message, held.handle);
      }
      complete = true;
      // Only now: a listener for one message at a time is served from what is held, without a word to the channel.
      if (this.#held.length === 0 && this.#target.listenerCount('message') > 0) this.#flow(true);
    } finally {
      if (!complete) this.#scheduleResume();
    }
  }

  #publish(message: unknown, handle: unknown): void {
    deliveries.publish({ emitter: this.#target, message, handle } satisfies MessagePublished);
  }

  #holdRest(messages: readonly unknown[], from: number): void {
    for (let i = from; i < messages.length; i++) {
      this.#held.push({ message: messages[i], handle: undefined, fault: undefined, ready: true });
    }
    if (this.#flowing) this.#scheduleResume();
  }

  /** A listener threw: the rest follows on a tick of its own, as each message has one in Node. */
  #scheduleResume(): void {
    if (this.#resumeScheduled) return;
    this.#resumeScheduled = true;
    nextTick(resume, this);
  }

  /** The rest behind a listener that threw. */
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

function resume(inbox: Inbox): void {
  inbox.resume();
}
