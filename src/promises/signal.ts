// AbortSignals that a program passes.
import { invalidArgument } from '../errors.js';
import { SafeSet, SafeWeakMap } from '../platform/primordials.js';

type Listener = () => void;

/**
 * What waits for each signal. The signal itself has one listener of ours, so that a program may share it among thousands of
 * calls: with more than ten, Node warns of a leak.
 */
const waiting = new SafeWeakMap<AbortSignal, Waiting>();

class Waiting {
  readonly #signal: AbortSignal;
  readonly #listeners = new SafeSet<Listener>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  readonly #onAbort = (): void => {
    this.#listeners.forEach((listener) => listener());
    this.#listeners.clear();
  };

  add(listener: Listener): void {
    if (this.#listeners.size === 0) this.#signal.addEventListener('abort', this.#onAbort);
    this.#listeners.add(listener);
  }

  delete(listener: Listener): void {
    if (this.#listeners.delete(listener) && this.#listeners.size === 0)
      this.#signal.removeEventListener('abort', this.#onAbort);
  }
}

/** @throws ERR_INVALID_ARG_TYPE */
export function readSignal(signal: unknown, name = 'options.signal'): AbortSignal | undefined {
  if (signal === undefined) return undefined;
  // As Node checks it (validateAbortSignal() in lib/internal/validators.js): a polyfill's signal will do.
  if (typeof signal !== 'object' || signal === null || !('aborted' in signal)) {
    throw invalidArgument(name, 'an instance of AbortSignal', signal);
  }
  return signal as AbortSignal;
}

/** As the method of the same name, which a polyfill's signal may lack. @throws the reason */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw signal.reason;
}

/** Calls `listener` when the signal is aborted. Call the result when that no longer matters. */
export function onAbort(signal: AbortSignal | undefined, listener: Listener): () => void {
  if (signal === undefined) return nothing;
  let all = waiting.get(signal);
  if (all === undefined) waiting.set(signal, (all = new Waiting(signal)));
  // The same function may be given twice.
  const own = (): void => listener();
  all.add(own);
  return () => all.delete(own);
}

function nothing(): void {}
