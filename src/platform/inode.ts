// Which file or socket a descriptor refers to.
import { fstatSync } from './files.js';
import { isWindows } from './system.js';

/** The number of the inode, which a socket keeps through duplicates and other processes (fstat(2)). Windows: undefined. */
export function inodeOf(fd: number): number | undefined {
  if (isWindows) return undefined;
  try {
    const { ino } = fstatSync(fd);
    return ino === 0 ? undefined : ino; // a system that does not number its sockets
  } catch {
    return undefined;
  }
}

/** Whether a descriptor is that of a pipe or a FIFO. */
export function isFifo(fd: number): boolean {
  try {
    return fstatSync(fd).isFIFO();
  } catch {
    return false;
  }
}
