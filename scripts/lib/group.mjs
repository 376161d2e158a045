// Runs a program together with everything it starts, so that nothing is left when it has ended.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const groups = process.platform !== 'win32';

/**
 * Starts a program as the leader of a process group. When it has ended, or when this process ends, what is left of
 * the group is killed. Ctrl-C is passed on to the program, since the terminal no longer sends it there.
 *
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {{child: import('node:child_process').ChildProcess, ended: Promise<{code: number | null, interrupted: boolean}>, kill: () => void}}
 */
export function startGroup(program, args, options) {
  const child = spawn(program, args, { ...options, detached: groups });
  const kill = () => {
    try {
      if (groups) process.kill(-child.pid, 'SIGKILL');
      else child.kill();
    } catch {
      // Nothing is left to kill.
    }
  };
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
    child.kill('SIGINT');
  };
  process.on('exit', kill).on('SIGINT', interrupt).on('SIGTERM', leave).on('SIGHUP', leave);
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => {
      process.off('exit', kill).off('SIGINT', interrupt).off('SIGTERM', leave).off('SIGHUP', leave);
      kill();
      resolve({ code, interrupted });
    });
  });
  return { child, ended, kill };
}

function leave(signal) {
  process.exit(128 + constants.signals[signal]); // which kills the group
}
