// The native addon: whether it is current, and how it is built.
import { join } from 'node:path';
import { dropStamp, fingerprint, isCurrent, writeStamp } from './fingerprint.mjs';
import { builtAddons, commandOf } from './paths.mjs';
import { hostTarget, withoutPaths } from './remap.mjs';
import { SetupError, capture } from './run.mjs';
import { adviceFor } from './toolchain.mjs';

const SOURCES = ['crates', 'Cargo.toml', 'rust-toolchain.toml', '.cargo/config.toml', 'package.json'];
/** Cargo itself updates this file during a build, so it is read only afterwards. */
const LOCK_FILE = 'Cargo.lock';
/** Parts of the crates that do not go into the addon. */
const NOT_IN_ADDON = /^crates\/[^/]+\/(tests|benches|examples|target)$|\.md$/;

/** With FORKWIRE_PREBUILT=1 the addon is the one that lies there, built elsewhere: no Rust is needed. */
export function nativeIsCurrent() {
  if (process.env.FORKWIRE_PREBUILT === '1') return true;
  return isCurrent('native', fingerprint([...SOURCES, LOCK_FILE], NOT_IN_ADDON));
}

/**
 * Builds the addon in release mode into the top of the checkout, with its loader (index.js) and types (index.d.ts).
 *
 * @param {NodeJS.ProcessEnv} env as from `requireRust`
 */
export async function buildNative(env) {
  const before = fingerprint(SOURCES, NOT_IN_ADDON);
  dropStamp('native');
  await buildAddon(env, { output: '.' });
  // If the sources changed during the build, it is unclear what was built: it is not recorded, and repeated next time.
  if (fingerprint(SOURCES, NOT_IN_ADDON) !== before) return;
  const products = [...builtAddons(), 'index.js', 'index.d.ts'];
  writeStamp('native', fingerprint([...SOURCES, LOCK_FILE], NOT_IN_ADDON), products);
}

/**
 * Builds the addon in release mode for any target; the same commit gives the same file in any folder.
 *
 * @param {NodeJS.ProcessEnv} env as from `requireRust`
 * @param {{target?: string, output: string, args?: string[]}} options the target (this machine's by default), the folder
 *   for the addon, its loader and types (relative to the top), and more arguments for napi
 */
export async function buildAddon(env, { target, output: folder, args = [] }) {
  const manifest = join('crates', 'node', 'Cargo.toml');
  const where = ['--manifest-path', manifest, '--output-dir', folder, '--platform', '--release'];
  const which = target === undefined ? [] : ['--target', target];
  const triple = target ?? hostTarget(env);
  // napi adds this itself unless it is given other flags.
  const flags = triple.includes('-musl') ? ['-Ctarget-feature=-crt-static'] : [];
  const napi = [commandOf('@napi-rs/cli', 'napi'), 'build', ...where, ...which, ...args];
  const { code, output } = await capture(process.execPath, napi, {
    env: await withoutPaths(env, triple, flags),
  });
  if (code === 0) return;
  const [said] = output.split(/^.*Internal Error/m); // what follows is a stack of the tool that ran cargo
  throw new SetupError(`${said}\n${adviceFor(output) ?? 'The native addon could not be built.'}`);
}
