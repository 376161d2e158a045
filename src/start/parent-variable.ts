// How a parent tells a child on Node's own wire that it has forkwire: in one environment variable. A stock program ignores it. A child
// that has forkwire too announces itself then, and both have requests. Nothing is sent that the other end does not know.
import { inodeOf } from '../platform/inode.js';
import { process } from '../platform/primordials.js';

export const PARENT = 'FORKWIRE_PARENT';

/**
 * The variable's value. It identifies the child's end of the channel, because programs that the child starts inherit the variable, and
 * have another parent: by its inode, or where it has none by the process at the other end.
 *
 * @param inode that of the child's end
 */
export function nameParent(inode: number | undefined, serialization: string): string {
  return `${inode ?? `pid:${process.pid}`},${serialization}`;
}

/** The serialization of this process's channel if its parent has forkwire. */
export function readParent(value: string | undefined, fd: unknown): string | undefined {
  const [id, serialization] = (value ?? '').split(',');
  const inode = typeof fd === 'number' && fd >= 0 ? inodeOf(fd) : undefined;
  return id === String(inode ?? `pid:${process.ppid}`) ? serialization : undefined;
}
