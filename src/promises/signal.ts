// AbortSignals that a program passes.
import { invalidArgument } from '../errors.js';

const ONCE = { __proto__: null, once: true } as { once: true };

/** @throws ERR_INVALID_ARG_TYPE */
export function readSignal(signal: unknown, name = 'options.signal'): AbortSignal | undefined {
  if (signal === undefined) return undefined;
  // As Node checks it (validateAbortSignal() in lib/internal/validators.js): a polyfill's signal will do.
  if (typeof signal !== 'object' || signal === null || !('aborted' in signal)) {
    throw invalidArgument(name, 'an instance of AbortSignal', signal);
  }
  return signal as AbortSignal;
}

/** Calls `onAbort` when the signal is aborted. Call the result when that no longer matters. */
export function onAbort(signal: AbortSignal | undefined, listener: () => void): () => void {
  if (signal === undefined) return nothing;
  signal.addEventListener('abort', listener, ONCE);
  return () => signal.removeEventListener('abort', listener);
}

function nothing(): void {}
