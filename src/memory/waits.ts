// Waits that do not block this thread.
import { native } from '../addon/native.js';
import type { NativeMemory, NativeWaits, WaitOutcome } from '../addon/memory.js';
import type { MemoryWaitOptions } from '../memory-types.js';
import { readOptions } from '../promises/options.js';
import { onAbort, readSignal, throwIfAborted } from '../promises/signal.js';
import { Promise, SafeMap } from '../platform/primordials.js';
import { runtime } from '../platform/runtime.js';
import { timeOf } from './arguments.js';

/** Only Node says whether something else wants the thread: Bun ends when it is asked. */
export const looks = runtime === 'Node';

type Settle = (outcome: WaitOutcome) => void;

const pending = new SafeMap<number, Settle>();
let waits: NativeWaits | undefined;
let last = 0;

/** @throws ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE, the signal's reason */
export async function waitFor(
  memory: NativeMemory,
  index: number,
  expected: number,
  given: MemoryWaitOptions | undefined,
): Promise<WaitOutcome> {
  const { timeout, signal: wanted } = readOptions(given, ['timeout', 'signal']);
  const time = timeOf(timeout, 'options.timeout');
  const signal = readSignal(wanted);
  throwIfAborted(signal);
  if (!memory.isEqual(index, expected)) return 'not-equal';
  if (looks && time !== 0) {
    // What the program does next may be what leads to the change.
    await undefined;
    throwIfAborted(signal);
    if (memory.hasChanged(index, expected)) return 'ok';
  }
  return new Promise((resolve, reject) => {
    const id = start(memory, index, expected, time, (outcome) => {
      forget();
      // It was equal before.
      resolve(outcome === 'not-equal' ? 'ok' : outcome);
    });
    const forget = onAbort(signal, () => {
      forget();
      cancel(id);
      reject(signal?.reason);
    });
  });
}

function start(
  memory: NativeMemory,
  index: number,
  expected: number,
  timeout: number | undefined,
  settle: Settle,
): number {
  waits ??= new (native().Waits)(onOutcome);
  do last = (last + 1) >>> 0;
  while (pending.has(last));
  waits.start(memory, last, index, expected, timeout);
  pending.set(last, settle);
  if (pending.size === 1) waits.hold(true);
  return last;
}

function cancel(id: number): void {
  waits?.cancel(id);
  remove(id);
}

/** Called by the addon. One that was cancelled meanwhile is not there any more. */
function onOutcome(id: number, outcome: WaitOutcome): void {
  const settle = pending.get(id);
  remove(id);
  settle?.(outcome);
}

function remove(id: number): void {
  if (pending.delete(id) && pending.size === 0) waits?.hold(false);
}
