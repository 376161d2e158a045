// What was sent is written before the process is gone: in 'exit', when nothing asynchronous runs any more. The addon
// has the clock, the turns of the channels and the report of what is lost, and it flushes again when the environment and the
// process end: for a program that keeps 'exit' from us.
import { native } from '../addon/native.js';
import { ReflectApply, process } from '../platform/primordials.js';

let listening = false;

/**
 * A message could not be written at once: from now on this process listens for its exit. Not before, so that the
 * program of a child finds no listener that it did not add; and in front of the program's own listeners.
 */
export function expectExit(): void {
  if (listening) return;
  listening = true;
  process.prependListener('exit', flushAll);
  flushBeforeExecve();
}

/** process.execve() (Node 23.11) replaces the program: the kernel ends this one without an exit of any kind. */
function flushBeforeExecve(): void {
  const holder = process as { execve?: (...all: unknown[]) => unknown };
  const { execve: original } = holder;
  if (original === undefined) return;
  holder.execve = function execve(this: unknown, ...all: unknown[]): unknown {
    flushAll();
    return ReflectApply(original, this, all);
  };
}

/** Whether 'exit' is being emitted: from then on a message is written when it is sent, or never. */
export function isExiting(): boolean {
  return (process as { _exiting?: boolean })._exiting === true;
}

function flushAll(): void {
  // A program that emits 'exit' itself may live on.
  native().flushAtExit(isExiting());
}
