// Callbacks run in the async context of their send() (AsyncLocalStorage and the like), as in Node.
import type { AsyncResource } from 'node:async_hooks';
import type { SendCallback } from '../types.js';
import { nextTick } from '../platform/primordials.js';

type AsyncHooks = typeof import('node:async_hooks');

/** Loaded when first needed: a process without a backlog of callbacks never needs it. */
let Resource: AsyncHooks['AsyncResource'] | undefined;

function captureContext(): AsyncResource {
  Resource ??= (require('node:async_hooks') as AsyncHooks).AsyncResource;
  return new Resource('FORKWIRE');
}

/** The callback of an unsettled send(), with the context of that send(). */
export class PendingCallback {
  readonly #callback: SendCallback;
  readonly #context = captureContext();

  constructor(callback: SendCallback) {
    this.#callback = callback;
  }

  /** Calls it on the next tick. */
  settle(error: Error | null): void {
    nextTick(call, this, error);
  }

  call(error: Error | null): void {
    this.#context.runInAsyncScope(this.#callback, undefined, error);
  }
}

/** What becomes of a message, for one who waits for that. */
export type Settling = Pick<PendingCallback, 'settle'>;

/** The callback of a message whose failure somebody else reports. */
export const quiet: SendCallback = () => {};

const ignored: Settling = { settle() {} };

/** With the context of the send(), which `quiet` does not need. */
export function pendingCallback(callback: SendCallback): Settling {
  return callback === quiet ? ignored : new PendingCallback(callback);
}

function call(pending: PendingCallback, error: Error | null): void {
  pending.call(error);
}
