// The channel is one of the things that must end before a ChildProcess emits 'close'.
import type { ChildProcess } from 'node:child_process';

/** What Node's ChildProcess counts its 'close' by, and its types leave out. */
interface Counting {
  _closesNeeded?: number;
  _closesGot: number;
}

/** Has 'close' wait for the channel. The result is to be called when that has ended. */
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

/** For runtimes that keep no count: the event itself waits. */
function holdBack(child: ChildProcess): () => void {
  const { emit } = child as { emit: (...all: unknown[]) => boolean };
  let held: unknown[] | undefined;
  function emitLater(this: ChildProcess, ...all: unknown[]): boolean {
    if (all[0] !== 'close') return emit.apply(this, all);
    held = all;
    return true;
  }
  Object.defineProperty(child, 'emit', { value: emitLater, writable: true, configurable: true });
  return () => {
    if ((child as { emit: unknown }).emit === emitLater) delete (child as { emit?: unknown }).emit;
    if (held !== undefined) emit.apply(child, held);
  };
}
