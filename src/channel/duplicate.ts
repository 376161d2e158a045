// The duplicates of the descriptors that are sent.
import { native } from '../addon/native.js';
import type { Packed } from '../handles/packed.js';
import { isWindows } from '../platform/system.js';

/** A descriptor could not be duplicated. That is a failed write, and not a fault of send()'s caller. */
export class NoDuplicate {
  constructor(
    readonly code: string,
    readonly errno: number,
  ) {}
}

/**
 * Replaces the descriptor by a duplicate. The program may close the handle while the message is serialized, and the number may
 * soon belong to another file.
 * @throws NoDuplicate
 */
export function hold(one: Packed): Packed {
  const { outgoing } = one;
  // A handle that is not open yet (a socket before bind or connect) has no descriptor.
  if (outgoing.fd < 0) throw asNoDuplicate({ code: 'EBADF' });
  // On Windows the number is that of a socket or of a handle, and this duplicates neither.
  if (one.owned === true || one.keeper !== undefined || isWindows) return one;
  try {
    outgoing.fd = native().duplicateFd(outgoing.fd);
  } catch (error) {
    throw asNoDuplicate(error);
  }
  one.owned = true;
  return one;
}

/** NoDuplicate for an error with an errno's name as code. */
export function asNoDuplicate(error: unknown): unknown {
  const { code } = error as { code?: unknown };
  const { constants } = require('node:os') as typeof import('node:os');
  const numbers: Record<string, number | undefined> = constants.errno;
  const errno = typeof code === 'string' ? numbers[code] : undefined;
  return errno === undefined ? error : new NoDuplicate(String(code), errno);
}
