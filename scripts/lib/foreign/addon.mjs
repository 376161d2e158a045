// The addon for Windows, made here: put where its loader looks on that system, beside the one of this.
import { copyFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { cache, root } from '../paths.mjs';
import { must, step } from '../run.mjs';

export const TARGET = 'x86_64-pc-windows-gnu';

/** One quick build for the addon and the crates' tests, because only their behaviour is tested. */
export const quick = {
  CARGO_TARGET_DIR: join(cache, 'foreign-target'),
  CARGO_PROFILE_DEV_OPT_LEVEL: '1',
  CARGO_PROFILE_DEV_DEBUG: 'line-tables-only',
  CARGO_INCREMENTAL: '0',
};

/** The loader knows Node's own build alone, which is Microsoft's; to Node-API the compiler makes no difference. */
const ADDON = join(root, 'forkwire.win32-x64-msvc.node');

/** @param {NodeJS.ProcessEnv} env in which cargo builds for Windows */
export async function buildWindowsAddon(env) {
  const args = ['build', '--locked', '--package', 'forkwire-node', '--target', TARGET];
  await step('building the addon for Windows', async () => {
    await must('cargo', args, { env: { ...env, ...quick } }, 'The addon could not be built for Windows.');
  });
  // Renamed into its place: a program that runs has the old one mapped.
  const fresh = `${ADDON}.${process.pid}`;
  copyFileSync(join(quick.CARGO_TARGET_DIR, TARGET, 'debug', 'forkwire_node.dll'), fresh);
  renameSync(fresh, ADDON);
}
