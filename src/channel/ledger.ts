// The sender's side of handles in flight: each is delivered, given back or closed, exactly once.
import { PendingCallback } from './async-context.js';
import { channelClosed, handleRefused } from '../errors.js';
import type { Failures } from './failures.js';
import type { Moved } from '../handles/packed.js';
import type { Monitor } from '../observe/monitor.js';
import type { SendCallback } from '../types.js';

interface Parcel {
  /** The number of its message. */
  readonly sequence: number;
  readonly callback: PendingCallback | undefined;
  readonly moved: readonly Moved[];
  /** How many handles it has, moved or shared. */
  readonly handles: number;
}

export interface LedgerOwner {
  /** Whether the other end speaks Node's own wire. */
  readonly nodeWire: boolean;
  readonly monitor: Monitor;
  readonly failures: Failures;
  /** Parcels began or ceased to be on their way. */
  onParcels(outstanding: number): void;
}

export class Ledger {
  readonly #owner: LedgerOwner;
  readonly #parcels = new Map<number, Parcel>();
  #added = 0;
  #through = 0;

  constructor(owner: LedgerOwner) {
    this.#owner = owner;
  }

  get outstanding(): number {
    return this.#parcels.size;
  }

  /** Handles on their way. */
  get handles(): number {
    let sum = 0;
    for (const { handles } of this.#parcels.values()) sum += handles;
    return sum;
  }

  /** How many of `sent` messages in all follow the oldest one whose handles are on their way; 0 if none are. */
  behindOldest(sent: number): number {
    for (const { sequence } of this.#parcels.values()) return sent - sequence;
    return 0;
  }

  /** Enters a message with so many handles; they are numbered from 1 in this order. */
  add(sequence: number, callback: SendCallback | undefined, moved: readonly Moved[], handles: number): void {
    const pending = callback === undefined ? undefined : new PendingCallback(callback);
    this.#parcels.set(++this.#added, { sequence, callback: pending, moved, handles });
    this.#owner.monitor.handles('sent', handles);
    this.#owner.onParcels(this.#parcels.size);
  }

  acknowledge(through: number): void {
    while (this.#through < through) {
      const parcel = this.#take(++this.#through);
      if (parcel === undefined) continue; // refused before
      for (const moved of parcel.moved) moved.release();
      this.#owner.monitor.handles('accepted', parcel.handles);
      parcel.callback?.settle(null);
    }
    this.#owner.onParcels(this.#parcels.size);
  }

  refuse(number: number, reason: string): void {
    const parcel = this.#take(number);
    if (parcel === undefined) return;
    for (const moved of parcel.moved) moved.restore();
    const error = handleRefused(reason);
    this.#owner.monitor.handles('refused', parcel.handles);
    this.#owner.monitor.failed(error, 1);
    if (parcel.callback !== undefined) parcel.callback.settle(error);
    else this.#owner.failures.failed(error);
    this.#owner.onParcels(this.#parcels.size);
  }

  /**
   * The messages behind `settled` were never sent. Whoever gave a callback gets its things back with the error and
   * may send them elsewhere; otherwise nobody would look after them, so they are closed. Returns the number of
   * callbacks.
   */
  fail(settled: number, error: Error): number {
    let told = 0;
    for (const [number, { sequence, callback, moved, handles }] of this.#parcels) {
      if (sequence <= settled) continue;
      this.#parcels.delete(number);
      this.#owner.monitor.handles('failed', handles);
      for (const thing of moved) {
        if (callback === undefined) thing.release();
        else thing.restore();
      }
      if (callback === undefined) continue;
      callback.settle(this.failure(error));
      told += 1;
    }
    this.#owner.onParcels(this.#parcels.size);
    return told;
  }

  /**
   * What a handle's callback gets for a failed write. In Node a handle waits for the one before, so that programs for
   * its wire expect a channel that has closed meanwhile, and end on a failed write.
   */
  failure(error: Error): Error {
    return this.#owner.nodeWire ? channelClosed(error) : error;
  }

  /**
   * The channel is gone: whether the receiver got the rest will never be known, so it is not kept here as well. It was
   * written, which on Node's wire is what a callback tells, of a handle as of any message.
   */
  close(error: () => Error): void {
    const { monitor, nodeWire } = this.#owner;
    for (const { callback, moved, handles } of this.#parcels.values()) {
      for (const thing of moved) thing.release();
      monitor.handles('failed', handles);
      if (!nodeWire) monitor.failed(error(), 1);
      callback?.settle(nodeWire ? null : error());
    }
    this.#parcels.clear();
    this.#owner.onParcels(0);
  }

  #take(number: number): Parcel | undefined {
    const parcel = this.#parcels.get(number);
    this.#parcels.delete(number);
    return parcel;
  }
}
