// Checks the crates with clippy, types and lints only, for systems on which they cannot run here.
//
//   npm run check:targets                          all of them
//   npm run check:targets -- aarch64-apple-darwin  this one
//
// A target of the installed Rust (`rustup target add <target>`) is checked with that Rust; the others with a toolchain
// assembled from Debian packages in .cache/foreign/.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cargoClippy, foreignRust } from './lib/foreign/rust.mjs';
import { cache, root } from './lib/paths.mjs';
import { SetupError, explainAndExit, say } from './lib/run.mjs';
import { requireRust } from './lib/toolchain.mjs';

const TARGETS = [
  'x86_64-pc-windows-gnu',
  'x86_64-pc-windows-msvc',
  'x86_64-apple-darwin',
  'aarch64-apple-darwin',
];

/** Debian's compiler may know lints that the oldest supported one does not know, and vice versa. */
const LINTS = ['-D', 'warnings', '-A', 'unknown-lints'];

const named = process.argv.slice(2);

try {
  const unknown = named.filter((target) => !TARGETS.includes(target));
  if (unknown.length > 0)
    throw new SetupError(`No such target: ${unknown.join(', ')}; there are: ${TARGETS.join(', ')}`);
  const targets = named.length > 0 ? named : TARGETS;
  const failed = [];
  for (const target of targets) {
    if (!(await check(target))) failed.push(target);
  }
  if (failed.length > 0) throw new SetupError(`The crates do not pass for: ${failed.join(', ')}`);
  say(`the crates pass for ${targets.join(', ')}`);
} catch (error) {
  explainAndExit(error);
}

async function check(target) {
  const host = requireRust();
  const installed = isInstalled(target, host);
  const [program, args, env] = installed
    ? ['cargo', ['clippy'], host]
    : [cargoClippy, ['clippy'], await foreignRust([target])];
  say(`${target}, with ${installed ? 'the installed Rust' : "Debian's"}`);
  // criterion compiles C for the target, and there is no compiler for that here.
  const packages = ['--workspace', '--exclude', 'forkwire-bench'];
  const what = ['--locked', ...packages, '--all-targets', '--target', target, '--', ...LINTS];
  // Kept apart from the builds of the other compilers.
  env.CARGO_TARGET_DIR ??= join(cache, 'foreign-target');
  return spawnSync(program, [...args, ...what], { env, cwd: root, stdio: 'inherit' }).status === 0;
}

/** Whether the compiler that the other commands use has the target's standard library. */
function isInstalled(target, env) {
  const args = ['--print', 'target-libdir', '--target', target];
  const { stdout } = spawnSync('rustc', args, { env, encoding: 'utf8' });
  const folder = stdout?.trim();
  return Boolean(
    folder && existsSync(folder) && readdirSync(folder).some((name) => name.startsWith('libstd-')),
  );
}
