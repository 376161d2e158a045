import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { hold } from './hold-windows.mjs';
import { nameOf, waitingFor } from './waits.mjs';

const windows = process.platform === 'win32';

/** The state letter of a process, as Linux gives it: R, S, T (stopped), Z (dead, not reaped)... */
export const stateOf = (pid) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)[0];

/** Stops the child, so that it reads nothing, and returns what lets it go on. */
export async function stop(child) {
  if (windows) {
    hold('suspend', child.pid);
    return () => hold('resume', child.pid);
  }
  child.kill('SIGSTOP');
  await waitingFor(
    `the stop of ${nameOf(child)}`,
    until(() => stateOf(child.pid) === 'T'),
  );
  return () => child.kill('SIGCONT');
}

/** Whether a process is stopped. Windows does not report that: there, whether it exists. */
export const isStopped = (pid) => (windows ? !isGone(pid) : stateOf(pid) === 'T');

/** Kills the child and blocks this thread until it is dead, so that no event about it has been emitted yet. */
export function killWhileBusy(child) {
  child.kill('SIGKILL');
  if (windows) {
    hold('wait', child.pid);
    return;
  }
  const deadline = performance.now() + 30_000;
  // The other threads of a dead process keep its descriptors open until they have ended too.
  while (stateOf(child.pid) !== 'Z' || readdirSync(`/proc/${child.pid}/task`).length > 1) {
    if (performance.now() > deadline) throw new Error(`${nameOf(child)} has not ended 30 s after SIGKILL`);
  }
}

/** Whether a process has ended, even if nobody has reaped it. */
export function isGone(pid) {
  if (!windows) return !existsSync(`/proc/${pid}`) || stateOf(pid) === 'Z';
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

/** Waits until a process has nothing left to do: all its threads wait for something, or it has ended. */
export async function untilIdle(pid) {
  if (windows) {
    // Windows does not report it. If the time is too short, a fault may go unnoticed, but none appears.
    await setTimeout(500);
    return;
  }
  let times = 0;
  const idle = () => (times = isIdle(pid) ? times + 1 : 0) === 5;
  await waitingFor(`process ${pid} to be idle`, until(idle));
}

/** The same while the loop of this process does not run. */
export function waitIdle(pid) {
  const deadline = performance.now() + 30_000;
  for (let times = 0; times < 100; times = isIdle(pid) ? times + 1 : 0) {
    if (performance.now() > deadline) throw new Error(`process ${pid} is not idle after 30 s`);
  }
}

async function until(condition) {
  while (!condition()) await setImmediate();
}

function isIdle(pid) {
  try {
    return readdirSync(`/proc/${pid}/task`).every((thread) =>
      'SZ'.includes(stateOf(`${pid}/task/${thread}`)),
    );
  } catch {
    // The process is gone.
    return true;
  }
}
