// What `await using child = fork(...)` calls.
import type { ChildProcess } from 'node:child_process';
import { loadExtra } from '../channel/load-extra.js';
import { defineValue } from '../platform/properties.js';
import { GRACE } from '../channel/read-settings.js';
import type { Lifetime } from '../channel/read-settings.js';

/** How a child is ended. */
export interface Ending {
  /** Milliseconds. */
  readonly graceMs: number;
  readonly signal: NodeJS.Signals | number;
}

export function endingOf(
  { killSignal }: { killSignal?: NodeJS.Signals | number | undefined },
  { graceMs }: Lifetime,
): Ending {
  return { graceMs, signal: killSignal ?? 'SIGTERM' };
}

/** Not enumerable, as Node's own `Symbol.dispose` is not. */
export function defineDispose(child: ChildProcess, ending: Ending | undefined): void {
  let disposed: Promise<void> | undefined;
  defineValue(child, Symbol.asyncDispose, function () {
    disposed ??= loadExtra().dispose(child, ending?.graceMs ?? GRACE, ending?.signal ?? 'SIGTERM');
    return disposed;
  });
}
