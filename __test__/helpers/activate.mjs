// Starts a program with sockets, as systemd does: sd_listen_fds(3).
import { spawn } from 'node:child_process';
import { endWithTest, fixture } from './child.mjs';

/** LISTEN_PID is the program's own number, which only the process itself knows before it becomes the program. */
const COMMAND = 'LISTEN_PID=${LISTEN_PID-$$} exec "$0" "$@"';

/**
 * @param {object} t
 * @param {number[]} sockets the descriptors that it gets, from number 3 on
 * @param {string[]} program of fixtures/programs, with its arguments
 * @param {object} [env] variables beside LISTEN_PID and LISTEN_FDS, or in their place
 */
export function activate(t, sockets, [program, ...args], env = {}) {
  const argv = ['-c', COMMAND, process.execPath, fixture(`programs/${program}`), ...args];
  const child = spawn('sh', argv, {
    stdio: ['ignore', 'pipe', 'pipe', ...sockets],
    env: { ...process.env, LISTEN_FDS: String(sockets.length), ...env },
  });
  endWithTest(t, child);
  return child;
}
