// How one end of a ring waits for the other.
import type { MemoryWaitOptions } from '../memory-types.js';
import { MathMax, now } from '../platform/primordials.js';
import { readOptions } from '../promises/options.js';
import { readSignal, throwIfAborted } from '../promises/signal.js';
import { timeOf } from './arguments.js';
import { ringTimeout } from './memory-errors.js';
import type { Ring } from './ring-layout.js';

export interface Limit {
  readonly signal: AbortSignal | undefined;
  /** On the clock of now(). */
  readonly deadline: number | undefined;
}

/** @throws ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE, the signal's reason */
export function limitOf(options: MemoryWaitOptions | undefined): Limit {
  if (options === undefined) return NONE;
  const { timeout, signal: wanted } = readOptions(options, ['timeout', 'signal']);
  const time = timeOf(timeout, 'options.timeout');
  const signal = readSignal(wanted);
  throwIfAborted(signal);
  return { signal, deadline: time === undefined ? undefined : now() + time };
}

/** What one end waits for. */
export interface Awaited {
  /** The place of the other end's counter. */
  readonly counter: number;
  /** Its value, as this end has seen it. */
  readonly seen: number;
  /** The place of the flag that says that this end waits. */
  readonly flag: number;
}

const NONE: Limit = { signal: undefined, deadline: undefined };

/**
 * Waits until the other end takes the flag back, unless it is `isReady` by now: what the other end did before it saw the flag, it
 * did not announce.
 * @throws ERR_FORKWIRE_RING_TIMEOUT, the signal's reason
 */
export async function pause(
  ring: Ring,
  { counter, seen, flag }: Awaited,
  { signal, deadline }: Limit,
  isReady: () => boolean,
): Promise<void> {
  // Before the flag: an end that does not sleep need not be woken.
  if (ring.hasChanged(counter, seen)) return;
  ring.store(flag, 1);
  if (isReady()) {
    ring.store(flag, 0);
    return;
  }
  const timeout = deadline === undefined ? undefined : MathMax(0, deadline - now());
  const outcome = await ring.memory.waitAsync(flag, 1, { timeout, signal });
  if (outcome === 'timed-out') throw ringTimeout();
}
