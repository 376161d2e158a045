// request(): what this end has asked, and how each of it comes to an end.
import { End } from '../addon/requests.js';
import { checkMessage } from '../channel/check-message.js';
import type { ForkwireError } from '../error-types.js';
import { channelClosed } from '../errors.js';
import { noHandler, notAnnounced, peerGone, requestFailed } from './errors.js';
import { Promise, SafeMap } from '../platform/primordials.js';
import { throwIfAborted } from '../promises/signal.js';
import type { RequestOptions } from '../request-types.js';
import { revive } from './revive.js';
import { discard } from './discard.js';
import { Pending, readOptions } from './pending.js';
import { Early } from './early.js';
import type { Carried, RequestEnd, RequestWire } from './request-wire.js';

export class Requester {
  readonly #end: RequestEnd;
  readonly #wire: RequestWire;
  readonly #pending = new SafeMap<number, Pending>();
  /** Requests that the channel took. */
  #sent = 0;
  /** Those that wait for the other end to announce itself. */
  #early: Early | undefined;

  constructor(end: RequestEnd, wire: RequestWire) {
    this.#end = end;
    this.#wire = wire;
  }

  get busy(): boolean {
    return this.#pending.size > 0 || this.#early?.busy === true;
  }

  request(message: unknown, options: RequestOptions | undefined): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const pending = new Pending(resolve, reject);
      if (options === undefined) this.#send(pending, message, undefined);
      else this.#sendWith(pending, message, options);
    });
  }

  #sendWith(pending: Pending, message: unknown, options: RequestOptions): void {
    const { signal, timeout, handles, withHandles } = readOptions(options);
    throwIfAborted(signal);
    pending.withHandles = withHandles;
    this.#send(pending, message, handles);
    if (this.#pending.get(pending.id) !== pending && this.#early?.has(pending) !== true) return;
    pending.watch(signal, timeout, (reason) => this.#abandon(pending, reason));
    // The program may have aborted it while the message was serialized, before anything watched the signal.
    if (signal?.aborted === true) this.#abandon(pending, signal.reason);
  }

  #send(pending: Pending, message: unknown, handles: readonly unknown[] | undefined): void {
    const end = this.#end;
    if (!end.connected) throw end.peerEnded ? peerGone('no') : channelClosed();
    checkMessage(message);
    const carried = handles && this.#carried(pending, handles);
    if (this.#wire.announced !== true) {
      this.#wait(pending, this.#wire.prepare(message, carried));
      return;
    }
    end.beginSend();
    try {
      this.#wire.request(message, carried);
      this.#book(pending);
    } finally {
      end.endSend();
    }
  }

  /** After the request was sent, since the program may run while the message is serialized, and send requests of its own. */
  #book(pending: Pending): void {
    pending.id = ++this.#sent;
    pending.sequence = this.#end.outbox.sent;
    this.#pending.set(pending.id, pending);
    if (this.#pending.size === 1) this.#end.updateHold();
  }

  /** @throws ERR_FORKWIRE_WIRE if the other end has no requests */
  #wait(pending: Pending, send: () => void): void {
    this.#early ??= new Early(this.#end);
    if (this.#wire.announced === false || this.#early.over) throw notAnnounced();
    this.#early.add(pending, send);
  }

  /** The other end has requests: those that wait can go. */
  onAnnounced(): void {
    this.#early?.release((pending, send) => {
      this.#end.beginSend();
      try {
        send();
        this.#book(pending);
      } catch (error) {
        pending.reject(error);
      } finally {
        this.#end.endSend();
      }
    });
  }

  #carried(pending: Pending, handles: readonly unknown[]): Carried {
    return {
      handles,
      onHandles: (error) => {
        if (error !== null) this.reject(pending.id, undelivered(error));
      },
    };
  }

  fulfill(id: number, value: unknown, things: unknown[] | undefined): void {
    const pending = this.#take(id);
    if (pending?.withHandles === true) {
      pending.resolve([value, things ?? []]);
      return;
    }
    discard(things);
    pending?.resolve(value);
  }

  fail(id: number, failure: unknown): void {
    const pending = this.#take(id);
    pending?.reject(revive(failure));
  }

  reject(id: number, error: Error): void {
    this.#take(id)?.reject(error);
  }

  decline(id: number, reason: number): void {
    this.reject(id, declined(reason));
  }

  /** The channel has ended, and `settled` messages have left. */
  close(settled: number): void {
    this.#pending.forEach((pending) => {
      pending.reject(peerGone(pending.sequence > settled ? 'no' : 'unknown'));
    });
    this.#pending.clear();
    this.#early?.rejectAll(() => peerGone('no'));
  }

  /** Nobody will answer. */
  giveUpAll(): void {
    this.#pending.forEach((_, id) => this.#giveUp(id, peerGone('unknown')));
    this.#early?.rejectAll(() => peerGone('no'));
  }

  #abandon(pending: Pending, reason: unknown): void {
    if (this.#early?.remove(pending) === true) pending.reject(reason);
    else this.#giveUp(pending.id, reason);
  }

  #giveUp(id: number, reason: unknown): void {
    const pending = this.#take(id);
    if (pending === undefined) return;
    pending.reject(reason);
    // The channel may wait for nothing but this.
    this.#end.beginSend();
    this.#wire.end(id, End.cancelled);
    this.#end.endSend();
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    if (pending === undefined) return undefined;
    this.#pending.delete(id);
    if (this.#pending.size === 0) this.#end.updateHold();
    return pending;
  }
}

/** The request ended with its handles, which this end has again. */
function undelivered(error: Error): Error {
  const { reason } = error as ForkwireError;
  if (reason === 'unserved') return noHandler();
  return reason === 'exit' ? peerGone('no') : error;
}

function declined(reason: number): Error {
  if (reason === End.noHandler) return noHandler();
  if (reason === End.closing) return peerGone('no');
  if (reason === End.unreadable)
    return requestFailed('ERR_FORKWIRE_MALFORMED', 'The other process could not read the request');
  if (reason === End.lost)
    return requestFailed(
      'ERR_FORKWIRE_HANDLE_REFUSED',
      'The answer came with handles that this process could not take',
    );
  return requestFailed(
    'ERR_FORKWIRE_NO_HANDLER',
    `The other process declined the request (reason ${reason})`,
  );
}
