// The options `timeout` and `signal` of fork(), which Node's own spawn() obeys for a process that it starts now
// (lib/child_process.js, spawn() and abortChildProcess()).
import type { ChildProcess as NodeChildProcess } from 'node:child_process';
import { addAbortListener } from 'node:events';
import { clearTimeout, setTimeout } from 'node:timers';
import type { ForkOptions } from '../types.js';
import { ObjectAssign, nextTick } from '../platform/primordials.js';

export function limit(child: NodeChildProcess, options: ForkOptions): void {
  const { signal, timeout, killSignal } = options as ForkOptions & { timeout?: number };
  if (timeout !== undefined && timeout > 0) {
    const timer = setTimeout(() => kill(child, killSignal), timeout);
    child.once('exit', () => clearTimeout(timer));
  }
  if (signal === undefined) return;
  const abort = (): void => {
    if (kill(child, killSignal)) child.emit('error', abortError(signal.reason));
  };
  if (signal.aborted) {
    nextTick(abort);
    return;
  }
  const listener = addAbortListener(signal, abort);
  child.once('exit', () => listener[Symbol.dispose]());
}

function kill(child: NodeChildProcess, killSignal: ForkOptions['killSignal']): boolean {
  try {
    return child.kill(killSignal);
  } catch (error) {
    child.emit('error', error);
    return false;
  }
}

/** As lib/internal/errors.js makes it. */
function abortError(cause: unknown): Error {
  const error = new Error('The operation was aborted', { cause });
  error.name = 'AbortError';
  return ObjectAssign(error, { code: 'ABORT_ERR' });
}
