// The sender's record of handles in flight. Each is delivered, given back or closed, exactly once.
import { PendingCallback } from './async-context.js';
import { channelClosed, handleRefused } from '../errors.js';
import type { Failures } from './failures.js';
import type { Moved } from '../handles/packed.js';
import type { Monitor } from '../observe/monitor.js';
import type { SendCallback } from '../types.js';
import { SafeMap, nextTick } from '../platform/primordials.js';

interface HandleGroup {
  /** The number of the message. */
  readonly sequence: number;
  readonly callback: PendingCallback | undefined;
  readonly moved: readonly Moved[];
  /** How many handles it has, moved or shared. */
  readonly handles: number;
}

export interface LedgerOwner {
  /** Whether the other end speaks Node's own wire. */
  readonly nodeWire: boolean;
  /** Whether programs expect Node's errors, although the wire is not Node's: node:cluster is not forkwire's face. */
  readonly nodeErrors: boolean;
  readonly monitor: Monitor;
  readonly failures: Failures;
  /** The number of handle groups in flight has changed. */
  onHandleGroups(outstanding: number): void;
}

export class Ledger {
  readonly #owner: LedgerOwner;
  readonly #groups = new SafeMap<number, HandleGroup>();
  #added = 0;
  #through = 0;

  constructor(owner: LedgerOwner) {
    this.#owner = owner;
  }

  get outstanding(): number {
    return this.#groups.size;
  }

  /** Handles in flight. */
  get handles(): number {
    let sum = 0;
    this.#groups.forEach(({ handles }) => void (sum += handles));
    return sum;
  }

  /** How many of the `sent` messages follow the oldest one whose handles are in flight. 0 if none are. */
  behindOldest(sent: number): number {
    const { value: oldest } = this.#groups.values().next();
    return oldest === undefined ? 0 : sent - oldest.sequence;
  }

  /**
   * Records a message with so many `handles`. Groups are numbered from 1 in this order. `moved` is filled before the channel's
   * next event.
   */
  add(sequence: number, callback: SendCallback | undefined, moved: readonly Moved[], handles: number): void {
    const pending = callback === undefined ? undefined : new PendingCallback(callback);
    this.#groups.set(++this.#added, { sequence, callback: pending, moved, handles });
    this.#owner.onHandleGroups(this.#groups.size);
  }

  acknowledge(through: number): void {
    while (this.#through < through) {
      const group = this.#take(++this.#through);
      if (group === undefined) continue; // already refused
      releaseAll(group.moved);
      this.#owner.monitor.handles('accepted', group.handles);
      group.callback?.settle(null);
    }
    this.#owner.onHandleGroups(this.#groups.size);
  }

  refuse(number: number, reason: string): void {
    const group = this.#take(number);
    if (group === undefined) return;
    restoreAll(group.moved);
    const refused = handleRefused(reason);
    const error = reason === 'exit' ? this.failure(refused) : refused;
    this.#owner.monitor.handles('refused', group.handles);
    this.#owner.monitor.failed(error, 1);
    if (group.callback !== undefined) group.callback.settle(error);
    else this.#owner.failures.failed(error);
    this.#owner.onHandleGroups(this.#groups.size);
  }

  /**
   * The messages after `settled` were never sent. With a callback, the program gets its handles back with the error and may
   * send them elsewhere. Without one, nobody would look after them, so they are closed. Returns the number of callbacks.
   */
  fail(settled: number, error: Error): number {
    let told = 0;
    this.#groups.forEach(({ sequence, callback, moved, handles }, number) => {
      if (sequence <= settled) return;
      this.#groups.delete(number);
      this.#owner.monitor.handles('failed', handles);
      if (callback === undefined) {
        releaseAll(moved);
        return;
      }
      restoreAll(moved);
      callback.settle(this.failure(error));
      told += 1;
    });
    this.#owner.onHandleGroups(this.#groups.size);
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
    this.#groups.forEach(({ callback, moved, handles }) => {
      releaseAll(moved);
      monitor.handles('failed', handles);
      if (!nodeWire) monitor.failed(error(), 1);
      callback?.settle(nodeWire ? null : this.failure(error()));
    });
    this.#groups.clear();
    this.#owner.onHandleGroups(0);
  }

  #take(number: number): HandleGroup | undefined {
    const group = this.#groups.get(number);
    this.#groups.delete(number);
    return group;
  }
}

function releaseAll(things: readonly Moved[]): void {
  for (let i = 0; i < things.length; i++) release(things[i] as Moved);
}

function restoreAll(things: readonly Moved[]): void {
  for (let i = 0; i < things.length; i++) restore(things[i] as Moved);
}

function release(moved: Moved): void {
  try {
    moved.release();
  } catch (error) {
    throwLater(error);
  }
}

function restore(moved: Moved): void {
  try {
    moved.restore();
  } catch (error) {
    throwLater(error);
  }
}

/** A method of the program's own socket threw. The others must still be settled. */
function throwLater(error: unknown): void {
  nextTick(() => {
    throw error;
  });
}
