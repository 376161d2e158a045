// messages(): what arrives, for a `for await` loop.
import type { Endpoint } from '../channel/endpoint.js';
import type { MessageIterator, MessagesOptions } from '../control-types.js';
import { Promise, SafeSet } from '../platform/primordials.js';
import { arrival } from './arrival.js';
import { holdLoop } from './loop-hold.js';
import { readOptions } from './options.js';
import { onAbort, readSignal } from './signal.js';
import { Takers } from './takers.js';
import type { Taker } from './takers.js';

/** `channel.messages()`. @throws ERR_INVALID_ARG_TYPE */
export function messages(end: Endpoint, given?: MessagesOptions): MessageIterator<unknown> {
  const { handles, signal } = readOptions(given, ['handles', 'signal']);
  return new Messages(end, Boolean(handles), readSignal(signal));
}

type Result = IteratorResult<unknown, undefined>;

class Messages implements MessageIterator<unknown> {
  readonly #end: Endpoint;
  readonly #handles: boolean;
  readonly #signal: AbortSignal | undefined;
  /** Calls of next() that wait. */
  readonly #pending = new SafeSet<Taker>();
  /** Set while the loop runs: ends it. */
  #close: (() => void) | undefined;
  #over = false;
  /** What the next call of next() rejects with. */
  #abort: { readonly reason: unknown } | undefined;

  constructor(end: Endpoint, handles: boolean, signal: AbortSignal | undefined) {
    this.#end = end;
    this.#handles = handles;
    this.#signal = signal;
  }

  async next(): Promise<Result> {
    if (!this.#over && this.#close === undefined) this.#open();
    if (this.#abort !== undefined) {
      const { reason } = this.#abort;
      this.#abort = undefined;
      throw reason;
    }
    return this.#over ? { done: true, value: undefined } : this.#ask();
  }

  async return(): Promise<Result> {
    this.#finish((taker) => taker.end());
    return { done: true, value: undefined };
  }

  async throw(error?: unknown): Promise<Result> {
    this.#finish((taker) => taker.end());
    throw error;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #open(): void {
    const takers = Takers.of(this.#end);
    takers.beginLoop();
    const release = holdLoop(this.#end);
    const forget = onAbort(this.#signal, () => this.#onAbort());
    this.#close = () => {
      forget();
      this.#pending.forEach((taker) => takers.cancel(taker));
      takers.endLoop();
      release();
    };
    if (this.#signal?.aborted === true) this.#onAbort();
  }

  #onAbort(): void {
    const reason: unknown = this.#signal?.reason;
    if (this.#pending.size === 0) this.#abort = { reason };
    this.#finish((taker) => taker.fail(reason));
  }

  #ask(): Promise<Result> {
    return new Promise((resolve, reject) => {
      const settle = <T>(how: (value: T) => void, value: T): void => {
        this.#pending.delete(taker);
        how(value);
      };
      const taker: Taker = {
        filter: undefined,
        take: (message) => settle(resolve, { done: false, value: arrival(message, this.#handles) }),
        fail: (error) => settle(reject, error),
        end: () => {
          settle(resolve, { done: true, value: undefined });
          this.#finish((other) => other.end());
        },
      };
      this.#pending.add(taker);
      Takers.of(this.#end).ask(taker);
    });
  }

  /** Ends the loop, and what waits in it. */
  #finish(settle: (taker: Taker) => void): void {
    if (this.#over) return;
    this.#over = true;
    this.#close?.();
    this.#pending.forEach(settle);
  }
}
