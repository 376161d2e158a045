// Sockets that killed processes have left.
import { rmSync } from 'node:fs';
import { connect } from 'node:net';
import type { Place } from './place.js';

/** Whether nobody listens there any more. */
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
 * Removes a socket without a process. Both are asked: another container may share the folder, and has other process ids;
 * and a process that has just made its socket does not listen yet.
 */
export async function sweep({ path, pid }: Place): Promise<void> {
  if (!isAlive(pid) && (await isStale(path))) remove(path);
}

export function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // This process may not, or the folder has gone: what is left does no harm.
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
