// Sockets left behind by killed processes.
import { rmSync } from 'node:fs';
import { connect } from 'node:net';
import type { Place } from './place.js';

/** Whether no process listens on the socket any more. */
export function isStale(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.unref();
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'ECONNREFUSED');
    });
  });
}

/**
 * Removes a socket whose process has ended. The process id alone does not prove that: another container with its own ids may
 * share the folder. Neither does the socket: a process that has just created it may not listen yet.
 */
export async function sweep({ path, pid }: Place): Promise<void> {
  if (!isAlive(pid) && (await isStale(path))) remove(path);
}

export function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Not permitted, or the folder is gone. A leftover socket does no harm.
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
