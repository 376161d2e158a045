// Writes everything that was sent before the process is gone: in 'exit', when nothing asynchronous runs any more. The addon
// keeps the deadline, serves the channels in turn and reports what is lost. It flushes again when the environment and the
// process end, because a program can prevent the 'exit' event.
import { native } from '../addon/native.js';
import { ObjectGetOwnPropertyDescriptor, ReflectApply, process } from '../platform/primordials.js';

/** Node's own getter. A look-up in `process`, which is a dictionary, takes ten times as long, and each gathered message asks. */
const getExiting = ObjectGetOwnPropertyDescriptor(process, '_exiting')?.get;

let listening = false;

/**
 * A message could not be written at once. From now on this process listens for its exit, in front of the program's own
 * listeners. It does not listen earlier, so that the program of a child finds no listener that it did not add.
 */
export function expectExit(): void {
  if (listening) return;
  listening = true;
  process.prependListener('exit', flushAll);
  flushBeforeExecve();
}

/** process.execve() (Node 23.11) replaces the program. The kernel ends this one without any kind of exit. */
function flushBeforeExecve(): void {
  const holder = process as { execve?: (...all: unknown[]) => unknown };
  const { execve: original } = holder;
  if (original === undefined) return;
  holder.execve = function execve(this: unknown, ...all: unknown[]): unknown {
    flushAll();
    return ReflectApply(original, this, all);
  };
}

/** Whether 'exit' is being emitted. From then on a message is written when it is sent, or never. */
export function isExiting(): boolean {
  if (getExiting !== undefined) return ReflectApply(getExiting, process, []) === true;
  return (process as { _exiting?: boolean })._exiting === true;
}

function flushAll(): void {
  // A program that emits 'exit' itself may live on.
  native().flushAtExit(isExiting());
}
