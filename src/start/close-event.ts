// The channel is one of the things that must end before a ChildProcess emits 'close'.
import type { ChildProcess } from 'node:child_process';
import { ReflectApply } from '../platform/primordials.js';
import { defineValue } from '../platform/properties.js';

/**
 * The two counts of a ChildProcess in Node: `'close'` is emitted when `_closesGot` has reached `_closesNeeded` (maybeClose() in
 * lib/internal/child_process.js). Node counts its own channel as soon as it finds 'ipc' in stdio; it does not see ours,
 * which it passes on as a mere descriptor. Uncounted, 'close' would come when the process and its streams have ended,
 * before the last messages.
 */
interface Counting {
  _closesNeeded?: number;
  _closesGot: number;
}

/** Delays 'close' until the channel has ended: then call the result. */
export function delayClose(child: ChildProcess): () => void {
  const counting = child as ChildProcess & Counting;
  const { _closesNeeded: needed } = counting;
  if (needed === undefined) return holdBack(child);
  counting._closesNeeded = needed + 1;
  return () => {
    counting._closesGot += 1;
    if (counting._closesGot === counting._closesNeeded) child.emit('close', child.exitCode, child.signalCode);
  };
}

/**
 * For Bun, which keeps no such counts: it emits 'close' from its own code, so that nothing but the child's `emit` can
 * delay it. The replacement is removed with the channel.
 */
function holdBack(child: ChildProcess): () => void {
  const { emit } = child as { emit: (...all: unknown[]) => boolean };
  let held: unknown[] | undefined;
  function emitLater(this: ChildProcess, ...all: unknown[]): boolean {
    if (all[0] !== 'close') return ReflectApply(emit, this, all) as boolean;
    held = all;
    return true;
  }
  defineValue(child, 'emit', emitLater);
  return () => {
    if ((child as { emit: unknown }).emit === emitLater) delete (child as { emit?: unknown }).emit;
    if (held !== undefined) ReflectApply(emit, child, held);
  };
}
