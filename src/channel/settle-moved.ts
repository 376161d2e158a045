// The end of what send() took from the program.
import type { Moved } from '../handles/packed.js';
import { nextTick } from '../platform/primordials.js';

export function releaseAll(things: readonly Moved[]): void {
  for (let i = 0; i < things.length; i++) release(things[i] as Moved);
}

export function restoreAll(things: readonly Moved[]): void {
  for (let i = 0; i < things.length; i++) restore(things[i] as Moved);
}

function release(moved: Moved): void {
  try {
    moved.release();
  } catch (error) {
    throwLater(error);
  }
}

function restore(moved: Moved): void {
  try {
    moved.restore();
  } catch (error) {
    throwLater(error);
  }
}

/** A method of the program's own socket threw. The others must still be settled. */
function throwLater(error: unknown): void {
  nextTick(() => {
    throw error;
  });
}
