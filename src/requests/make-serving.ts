import { defineValue } from '../platform/properties.js';
import type { Serving } from '../request-types.js';

/** A function that stops serving, and a Disposable. */
export function makeServing(stop: () => void): Serving {
  const serving = (): void => stop();
  defineValue(serving, Symbol.dispose, stop);
  return serving as Serving;
}
