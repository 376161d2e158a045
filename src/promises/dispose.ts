// Ends a child in steps, each only if the one before was not enough.
import type { ChildProcess } from 'node:child_process';
import { MathMin, Promise, clearTimeout, process, setTimeout } from '../platform/primordials.js';

/** The longest time that a timer takes, in milliseconds. A longer one would pass at once. */
const LONGEST = 2 ** 31 - 1;

/**
 * Disconnects `child`, waits `graceMs` milliseconds, sends `signal`, waits again, and sends SIGKILL. Fulfilled once it has exited.
 *
 * @throws EPERM if this process may not signal the child
 */
export async function dispose(
  child: ChildProcess,
  graceMs: number,
  signal: NodeJS.Signals | number,
): Promise<void> {
  if (child.pid === undefined || hasExited(child)) return;
  child.ref(); // waiting for its exit keeps the loop running
  if (child.connected) child.disconnect();
  if (await exits(child, graceMs)) return;
  kill(child, child.pid, signal);
  if (await exits(child, graceMs)) return;
  kill(child, child.pid, 'SIGKILL');
  await exits(child);
}

function hasExited({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** Whether the child has exited within the time; without one, once it has. */
function exits(child: ChildProcess, milliseconds?: number): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (exited: boolean): void => {
      clearTimeout(timer);
      child.off('exit', onExit);
      resolve(exited);
    };
    const onExit = (): void => settle(true);
    const timer =
      milliseconds === undefined ? undefined : setTimeout(settle, MathMin(milliseconds, LONGEST), false);
    child.once('exit', onExit);
    if (hasExited(child)) onExit();
  });
}

/** As `child.kill()`, which would emit an error of the system as 'error'. */
function kill(child: ChildProcess, pid: number, signal: NodeJS.Signals | number): void {
  if (hasExited(child)) return;
  process.kill(pid, 0);
  child.kill(signal);
}
