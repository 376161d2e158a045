// Callbacks and listeners run in the async context (AsyncLocalStorage and the like) that Node would run them in.
import type { AsyncResource } from 'node:async_hooks';
import type { NativeEvents, ReceivedHandle } from './native.js';
import type { SendCallback } from './types.js';

type AsyncHooks = typeof import('node:async_hooks');

/** Loaded when first needed: a process without a backlog of callbacks never needs it. */
let Resource: AsyncHooks['AsyncResource'] | undefined;

export function captureContext(): AsyncResource {
  Resource ??= (require('node:async_hooks') as AsyncHooks).AsyncResource;
  return new Resource('FORKWIRE');
}

/** The callback of a send() that is not settled yet, with the context of the send(). */
export class PendingCallback {
  readonly #callback: SendCallback;
  readonly #context = captureContext();

  constructor(callback: SendCallback) {
    this.#callback = callback;
  }

  /** Calls it on the next tick. */
  settle(error: Error | null): void {
    process.nextTick(call, this, error);
  }

  call(error: Error | null): void {
    this.#context.runInAsyncScope(this.#callback, undefined, error);
  }
}

function call(pending: PendingCallback, error: Error | null): void {
  pending.call(error);
}

/** Hands the addon's events on in the context in which this was made: that of the fork(). */
export class ContextualEvents implements NativeEvents {
  readonly #events: NativeEvents;
  readonly #context = captureContext();

  constructor(events: NativeEvents) {
    this.#events = events;
  }

  onText(text: string, count: number): void {
    this.#context.runInAsyncScope(this.#events.onText, this.#events, text, count);
  }

  onMessage(
    format: number,
    payload: string | Buffer,
    internal: boolean,
    handles: ReceivedHandle[] | undefined,
  ): void {
    this.#context.runInAsyncScope(this.#events.onMessage, this.#events, format, payload, internal, handles);
  }

  onProgress(settled: number, status: number): void {
    this.#context.runInAsyncScope(this.#events.onProgress, this.#events, settled, status);
  }

  onAcknowledged(through: number): void {
    this.#context.runInAsyncScope(this.#events.onAcknowledged, this.#events, through);
  }

  onRefused(parcel: number, reason: string): void {
    this.#context.runInAsyncScope(this.#events.onRefused, this.#events, parcel, reason);
  }

  onWriteError(code: string, errno: number, settled: number): void {
    this.#context.runInAsyncScope(this.#events.onWriteError, this.#events, code, errno, settled);
  }

  onProtocolError(code: string, message: string, position: number): void {
    this.#context.runInAsyncScope(this.#events.onProtocolError, this.#events, code, message, position);
  }

  onClose(): void {
    this.#context.runInAsyncScope(this.#events.onClose, this.#events);
  }
}
