// What was sent is written before the process is gone: in 'exit', when nothing asynchronous runs any more. The addon
// has the clock, the turns of the channels and the report of what is lost, and it flushes again when the environment and the
// process end: for a program that keeps 'exit' from us.
import { native } from '../addon/native.js';
import { process } from '../platform/primordials.js';

let listening = false;

/**
 * A message could not be written at once: from now on this process listens for its exit. Not before, so that the
 * program of a child finds no listener that it did not add; and in front of the program's own listeners.
 */
export function expectExit(): void {
  if (listening) return;
  listening = true;
  process.prependListener('exit', flushAll);
}

/** Whether 'exit' is being emitted: from then on a message is written when it is sent, or never. */
export function isExiting(): boolean {
  return (process as { _exiting?: boolean })._exiting === true;
}

function flushAll(): void {
  // A program that emits 'exit' itself may live on.
  native().flushAtExit(isExiting());
}
