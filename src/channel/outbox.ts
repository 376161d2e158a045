// Settles the messages of one direction, each exactly once.
import { pendingCallback, quiet } from './async-context.js';
import type { Settling } from './async-context.js';
import { BROKEN, FULL, GATHERED, PENDING } from '../addon/native.js';
import { writeError } from '../errors.js';
import type { WriteError } from '../errors.js';
import { expectExit, isExiting } from './exit-flush.js';
import { Fifo } from './fifo.js';
import type { OutboxOwner } from './outbox-owner.js';
import { MathMin, nextTick } from '../platform/primordials.js';
import type { SendCallback } from '../types.js';

/** The error number of a send on a closed channel. */
export const EPIPE = 32;

/** No status of the addon. */
const CHANGING = -1;

/** For so many messages; `sequence` is the number of the last one, from 1. */
interface Waiting {
  readonly sequence: number;
  readonly messages: number;
  readonly callback: Settling;
}

export class Outbox {
  /** How many messages the channel has accepted. */
  sent = 0;
  readonly #owner: OutboxOwner;
  readonly #waiting = new Fifo<Waiting>();
  #idle = true;
  #drainWanted = false;
  #drainScheduled = false;
  #flushScheduled = false;
  /** The addon's status after the last message, if one more with this status and no callback changes nothing here. */
  #steady = CHANGING;
  #failure: { code: string; errno: number } | undefined;

  constructor(owner: OutboxOwner) {
    this.#owner = owner;
  }

  get idle(): boolean {
    return this.#idle;
  }

  /** Records messages that the channel accepted. `status` is that after the last one. Returns what send() returns. */
  book(status: number, callback: SendCallback | undefined, messages = 1): boolean {
    const sequence = (this.sent += messages);
    if (status === this.#steady && callback === undefined && !isExiting()) return (status & FULL) === 0;
    if (status !== 0 || !this.#idle) return this.#bookBacklog(sequence, status, callback, messages);
    if (callback !== undefined) nextTick(callback, null);
    return true;
  }

  /** Books a message whose failure the caller finds out by itself. */
  bookQuiet(status: number): boolean {
    const sequence = ++this.sent;
    return (status === 0 && this.#idle) || this.#bookBacklog(sequence, status, quiet, 1);
  }

  #bookBacklog(sequence: number, status: number, done: SendCallback | undefined, messages: number): boolean {
    if ((status & BROKEN) !== 0 && this.#failure !== undefined) {
      this.#fail(this.#failure.code, this.#failure.errno, done, messages);
      return false;
    }
    // A channel that has just broken reports that in an event, which settles this message with those before it.
    const pending = (status & (PENDING | BROKEN)) !== 0;
    if (done !== undefined) {
      this.#waiting.push({ sequence, messages, callback: pendingCallback(done) });
    }
    if (pending) this.#setIdle(false); // from here on listeners of the program may run, and send
    const { ledger, nodeWire } = this.#owner;
    // As in Node, one message may wait for the answer to a handle, and with a second send() returns false.
    const full = (status & FULL) !== 0 || (nodeWire && pending && ledger.behindOldest(sequence) > 1);
    if (full) this.#drainWanted = true;
    if (pending && !nodeWire && (status & BROKEN) === 0) this.#steady = status;
    if (!pending) this.#settleAll();
    else if (isExiting()) this.#owner.native.flushAtExit();
    else if ((status & GATHERED) !== 0) this.#scheduleFlush();
    return !full && (status & BROKEN) === 0;
  }

  #scheduleFlush(): void {
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    nextTick(flushOutbox, this);
  }

  /** Writes what was gathered during this tick. */
  flush(): void {
    this.#flushScheduled = false;
    this.#steady = CHANGING;
    if (this.#idle) return; // written since, or failed
    const { functions, native } = this.#owner;
    const status = functions.flush();
    // If nothing is left, all have been written, and the addon need not be asked.
    this.progress((status & (PENDING | BROKEN)) === 0 ? this.sent : native.settled(), status);
  }

  /** So far, `settled` messages have been written. */
  progress(settled: number, status: number): void {
    if ((status & (PENDING | BROKEN)) === 0) this.#settleAll();
    else this.#settle(settled);
  }

  #settleAll(): void {
    this.#settle(this.sent);
    this.#setIdle(true);
    if (!this.#drainWanted || this.#drainScheduled) return;
    this.#drainScheduled = true;
    nextTick(drainOutbox, this); // after the callbacks of what has drained
  }

  /** Reports the empty backlog, unless it was filled again in the same tick. */
  drain(): void {
    this.#drainScheduled = false;
    if (!this.#idle) return;
    this.#drainWanted = false;
    this.#owner.onDrain();
  }

  #settle(settled: number): void {
    this.#owner.monitor.trace?.settles(settled);
    for (let next = this.#waiting.peek(); next !== undefined; next = this.#waiting.peek()) {
      if (next.sequence > settled) return;
      this.#waiting.shift();
      next.callback.settle(null);
    }
  }

  /** Nothing after `settled` will ever be written. With `reported`, messages without a callback need no 'error'. */
  break(code: string, errno: number, settled: number, reported = false): void {
    if (this.#failure !== undefined) return;
    this.#failure = { code, errno };
    if (this.#idle) return;
    this.#settle(settled);
    const error = writeError(code, errno);
    const lost = this.sent - settled; // now, because subscribers of diagnostics channels may send
    this.#owner.monitor.failed(error, lost);
    let silent = lost - this.#owner.ledger.fail(settled, error);
    for (let next = this.#waiting.peek(); next !== undefined; next = this.#waiting.peek()) {
      this.#waiting.shift();
      next.callback.settle(error);
      silent -= MathMin(next.messages, next.sequence - settled);
    }
    this.#setIdle(true);
    if (silent > 0 && !reported) this.#report(code, errno, silent);
  }

  /** The channel has ended. What a send() in progress still tries to write fails at once. */
  close(): void {
    this.#failure ??= { code: 'EPIPE', errno: EPIPE };
  }

  /** Fails one message that the channel did not accept. */
  reject(error: WriteError, callback: SendCallback | undefined): void {
    this.#owner.monitor.failed(error, 1);
    if (callback !== undefined) nextTick(callback, error);
    else this.#owner.failures.failed(error);
  }

  #fail(code: string, errno: number, callback: SendCallback | undefined, messages: number): void {
    const error = writeError(code, errno);
    this.#owner.monitor.failed(error, messages);
    if (callback !== undefined) nextTick(callback, error);
    else this.#report(code, errno, messages);
  }

  #report(code: string, errno: number, messages: number): void {
    const error = writeError(code, errno);
    error.messages = messages;
    this.#owner.failures.undelivered(error);
  }

  #setIdle(idle: boolean): void {
    if (this.#idle === idle) return;
    this.#idle = idle;
    this.#steady = CHANGING;
    if (!idle) expectExit();
    this.#owner.onIdle(idle);
  }
}

function flushOutbox(outbox: Outbox): void {
  outbox.flush();
}

function drainOutbox(outbox: Outbox): void {
  outbox.drain();
}
