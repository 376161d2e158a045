// The sender's record of handles in flight. Each is delivered, given back or closed, exactly once.
import { PendingCallback } from './async-context.js';
import { channelClosed, handleRefused } from '../errors.js';
import { Fifo } from './fifo.js';
import type { Failures } from './failures.js';
import type { Moved } from '../handles/packed.js';
import { releaseAll, restoreAll } from './settle-moved.js';
import type { Monitor } from '../observe/monitor.js';
import type { SendCallback } from '../types.js';

export interface HandleGroup {
  /** The number of the message. */
  readonly sequence: number;
  readonly callback: PendingCallback | undefined;
  /** Filled before the channel's next event. */
  moved: readonly Moved[];
  /** How many handles it has, moved or shared. */
  readonly handles: number;
  /** What became of it is known. */
  settled: boolean;
}

export interface LedgerOwner {
  /** Whether the other end speaks Node's own wire. */
  readonly nodeWire: boolean;
  /** Whether programs expect Node's errors, although the wire is not Node's: node:cluster is not forkwire's face. */
  readonly nodeErrors: boolean;
  readonly monitor: Monitor;
  readonly failures: Failures;
  /** Handles are in flight now and were not before, or the other way round. */
  onHandles(): void;
}

const NONE: readonly Moved[] = [];

export class Ledger {
  readonly #owner: LedgerOwner;
  /** From the oldest group that is in flight on. */
  readonly #groups = new Fifo<HandleGroup>();
  /** How many groups were before these. */
  #through = 0;
  #outstanding = 0;

  constructor(owner: LedgerOwner) {
    this.#owner = owner;
  }

  /** Handle groups in flight. */
  get outstanding(): number {
    return this.#outstanding;
  }

  /** Handles in flight. */
  get handles(): number {
    let sum = 0;
    this.#eachInFlight(({ handles }) => void (sum += handles));
    return sum;
  }

  /** How many of the `sent` messages follow the oldest one whose handles are in flight. 0 if none are. */
  behindOldest(sent: number): number {
    const oldest = this.#groups.peek();
    return oldest === undefined ? 0 : sent - oldest.sequence;
  }

  /** Records a message with so many `handles`. Groups are numbered from 1 in this order. */
  add(sequence: number, callback: SendCallback | undefined, handles: number): HandleGroup {
    const pending = callback === undefined ? undefined : new PendingCallback(callback);
    const group: HandleGroup = { sequence, callback: pending, moved: NONE, handles, settled: false };
    this.#groups.push(group);
    this.#outstanding += 1;
    if (this.#outstanding === 1) this.#owner.onHandles();
    return group;
  }

  acknowledge(through: number): void {
    while (this.#through < through) {
      const group = this.#groups.peek();
      if (group === undefined) break; // more than were sent
      if (!group.settled) this.#accept(group);
      this.#dropSettled();
    }
  }

  #accept(group: HandleGroup): void {
    this.#settle(group);
    releaseAll(group.moved);
    this.#owner.monitor.handles('accepted', group.handles);
    group.callback?.settle(null);
  }

  refuse(number: number, reason: string): void {
    const group = this.#groups.at(number - this.#through - 1);
    if (group === undefined || group.settled) return;
    this.#settle(group);
    restoreAll(group.moved);
    const refused = handleRefused(reason);
    const error = reason === 'exit' ? this.failure(refused) : refused;
    this.#owner.monitor.handles('refused', group.handles);
    this.#owner.monitor.failed(error, 1);
    if (group.callback !== undefined) group.callback.settle(error);
    else this.#owner.failures.failed(error);
    this.#dropSettled();
  }

  /**
   * The messages after `settled` were never sent. With a callback, the program gets its handles back with the error and may
   * send them elsewhere. Without one, nobody would look after them, so they are closed. Returns the number of callbacks.
   */
  fail(settled: number, error: Error): number {
    let told = 0;
    this.#eachInFlight((group) => {
      const { sequence, callback, moved, handles } = group;
      if (sequence <= settled) return;
      this.#settle(group);
      this.#owner.monitor.handles('failed', handles);
      if (callback === undefined) {
        releaseAll(moved);
        return;
      }
      restoreAll(moved);
      callback.settle(this.failure(error));
      told += 1;
    });
    this.#dropSettled();
    return told;
  }

  /**
   * What the callback of a message with handles gets for a failed write. In Node a handle waits for the one before it. So
   * programs for Node's wire expect a channel that has closed meanwhile, and end on a failed write.
   */
  failure(error: Error): Error {
    const { nodeErrors, nodeWire } = this.#owner;
    return nodeWire || nodeErrors ? channelClosed(error) : error;
  }

  /**
   * The channel is gone. Whether the receiver got the remaining handles will never be known, so they are not kept here. They
   * were written, and on Node's wire a callback says no more than that.
   */
  close(error: () => Error): void {
    const { monitor, nodeWire } = this.#owner;
    this.#eachInFlight((group) => {
      const { callback, moved, handles } = group;
      this.#settle(group);
      releaseAll(moved);
      monitor.handles('failed', handles);
      if (!nodeWire) monitor.failed(error(), 1);
      callback?.settle(nodeWire ? null : this.failure(error()));
    });
    this.#dropSettled();
  }

  #eachInFlight(step: (group: HandleGroup) => void): void {
    const groups = this.#groups.all();
    for (let at = 0; at < groups.length; at++) {
      const group = groups[at] as HandleGroup;
      if (!group.settled) step(group);
    }
  }

  /** Before its objects are released or restored, which may run code of the program. */
  #settle(group: HandleGroup): void {
    group.settled = true;
    this.#outstanding -= 1;
    if (this.#outstanding === 0) this.#owner.onHandles();
  }

  #dropSettled(): void {
    while (this.#groups.peek()?.settled === true) {
      this.#groups.shift();
      this.#through += 1;
    }
  }
}
