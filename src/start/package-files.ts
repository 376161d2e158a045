// Whether a child can load the files of this package that it needs: the preload, the child's end of a channel, and the
// addon. If it cannot, it gets Node's own channel, which needs no files.
import { dirname } from 'node:path';
import { accessSync, constants, realpathSync, statSync } from '../platform/files.js';
import { CHANNELS, PRELOAD, SPARE } from '../platform/paths.js';
import { process } from '../platform/primordials.js';
import type { ForkOptions } from '../types.js';

/** Permission bits of one of the three digits of a mode. */
const [READ, SEARCH] = [4, 1];

/** The files when this program loaded the channels. Other versions may not be compatible with what runs here. */
const known = {
  __proto__: null,
  [PRELOAD]: identify(PRELOAD),
  [CHANNELS]: identify(CHANNELS),
} as unknown as Record<string, string | undefined>;

/** Whether a file of this package is gone or was replaced, for example by an installation under a running program. */
export function isReplaced(): boolean {
  for (const file in known) if (known[file] === undefined || known[file] !== identify(file)) return true;
  return false;
}

const spare = identify(SPARE);

/** Why no spare process can load its file; undefined if it can. */
export function whyNoSpareFiles(): string | undefined {
  return spare !== undefined && spare === identify(SPARE) ? undefined : `${SPARE} was removed or replaced`;
}

/** Why a child with these options cannot load the files; undefined if it can. */
export function whyNoFiles(addon: string, { uid, gid }: ForkOptions): string | undefined {
  known[addon] ??= identify(addon);
  if (isReplaced()) return 'the files of forkwire were replaced after this program had loaded it';
  for (const file in known) if (!isReadable(file, uid, gid)) return `the child's user cannot read ${file}`;
  return undefined;
}

function identify(file: string): string | undefined {
  try {
    const { dev, ino, size, mtimeMs } = statSync(file);
    return `${dev}:${ino}:${size}:${mtimeMs}`;
  } catch {
    return undefined;
  }
}

function isReadable(file: string, uid?: number, gid?: number): boolean {
  try {
    accessSync(file, constants.R_OK); // without uid and gid the child runs as the user of this process
    if (uid === undefined && gid === undefined) return true;
    const who = { uid: uid ?? process.getuid?.() ?? 0, gid: gid ?? process.getgid?.() ?? 0 };
    const real = realpathSync(file);
    return isAllowed(file, READ, who) && canReach(file, who) && (real === file || canReach(real, who));
  } catch {
    return false;
  }
}

interface User {
  readonly uid: number;
  /** The only one: libuv removes the supplementary groups of a child with another user (uv_spawn(), setgroups(2)). */
  readonly gid: number;
}

function canReach(file: string, who: User): boolean {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (!isAllowed(folder, SEARCH, who)) return false;
    if (folder === dirname(folder)) return true;
  }
}

/** See path_resolution(7): the first match of owner, group and others decides. */
function isAllowed(path: string, permission: number, who: User): boolean {
  if (who.uid === 0) return true;
  const { mode, uid, gid } = statSync(path);
  const digit = uid === who.uid ? mode >> 6 : gid === who.gid ? mode >> 3 : mode;
  return (digit & permission) !== 0;
}
