// The programs that count: the installed ones, or else Debian's, unpacked into .cache/.
import { join } from 'node:path';
import { unpackPackages, unpacked } from '../../scripts/lib/foreign/packages.mjs';
import { capture } from '../../scripts/lib/run.mjs';

/** @typedef {{program: string, env: NodeJS.ProcessEnv}} Tool */

/** @returns {Promise<Tool>} */
export const findValgrind = () =>
  find('valgrind', 'valgrind.bin', { VALGRIND_LIB: join(unpacked, 'usr', 'libexec', 'valgrind') });

/** @returns {Promise<Tool>} */
export const findStrace = () => find('strace', 'strace', {});

async function find(name, file, more) {
  const { code } = await capture(name, ['--version']);
  if (code === 0) return { program: name, env: process.env };
  await unpackPackages([name]);
  const LD_LIBRARY_PATH = join(unpacked, 'usr', 'lib', 'x86_64-linux-gnu');
  return { program: join(unpacked, 'usr', 'bin', file), env: { ...process.env, LD_LIBRARY_PATH, ...more } };
}
