// Keeps the paths of the machine that builds out of what it builds: the same commit, built in two folders by two people,
// is the same file.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { root } from './paths.mjs';
import { SetupError, capture } from './run.mjs';

/**
 * The environment for a build in which the compiler writes other names for the folders of this machine. Panics show
 * them: `/crates/tokio-1.0.0/src/lib.rs`.
 *
 * @param {NodeJS.ProcessEnv} env to build in
 * @param {string} target as `rustc --print target-list` names it
 * @param {string[]} [flags] more flags for the compiler
 */
export async function withoutPaths(env, target, flags = []) {
  const renamed = [
    [root, '/forkwire'],
    ...(await folders(env, target)).map((folder) => [folder, '/crates']),
    ...standardLibrary(env),
  ].map(([path, name]) => `--remap-path-prefix=${path}=${name}`);
  // The variable that allows for blanks in paths. It hides the others.
  return { ...env, CARGO_ENCODED_RUSTFLAGS: [...flagsOf(env), ...flags, ...renamed].join('\x1F') };
}

function flagsOf({ CARGO_ENCODED_RUSTFLAGS: encoded, RUSTFLAGS, CARGO_BUILD_RUSTFLAGS }) {
  if (encoded !== undefined) return encoded.split('\x1F').filter(Boolean);
  return (RUSTFLAGS ?? CARGO_BUILD_RUSTFLAGS ?? '').split(' ').filter(Boolean);
}

/** Where cargo keeps the crates that it has fetched (or somebody has vendored). */
async function folders(env, target) {
  const args = ['metadata', '--format-version', '1', '--filter-platform', target];
  const { code, output } = await capture('cargo', args, { env });
  if (code !== 0) throw new SetupError(output);
  const { packages } = JSON.parse(output.slice(output.indexOf('{"packages"')));
  const fetched = packages.filter(({ source }) => source !== null);
  return [...new Set(fetched.map(({ manifest_path: manifest }) => dirname(dirname(manifest))))].sort();
}

/** Where the compiler finds the sources of the standard library, if they are installed; otherwise it uses this name. */
function standardLibrary(env) {
  const ask = (...args) => spawnSync(env.RUSTC ?? 'rustc', args, { env, cwd: root, encoding: 'utf8' }).stdout;
  const sysroot = ask('--print', 'sysroot').trim();
  const commit = /^commit-hash: (.+)$/m.exec(ask('-vV'))?.[1] ?? 'unknown';
  return [[join(sysroot, 'lib', 'rustlib', 'src', 'rust'), `/rustc/${commit}`]];
}

/** @returns {string} the target that the compiler builds for unasked */
export function hostTarget(env) {
  const { stdout } = spawnSync(env.RUSTC ?? 'rustc', ['-vV'], { env, cwd: root, encoding: 'utf8' });
  return /^host: (.+)$/m.exec(stdout)[1];
}
