// A Rust toolchain for targets that rustup may not be able to fetch: Debian's compiler, and the standard library built
// from Debian's source.
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError, capture, step, withPath } from '../run.mjs';
import { requireRust } from '../toolchain.mjs';
import { folder, unpackPackages, unpacked } from './packages.mjs';

const bin = join(unpacked, 'usr', 'bin');

/** Debian's clippy, to be run as `cargo-clippy clippy ...`: rustup's works with rustup's compiler only. */
export const cargoClippy = join(bin, 'cargo-clippy');

/**
 * Makes the compiler and the standard libraries of `targets` (a minute or two for each the first time, then nothing).
 *
 * @param {string[]} targets as `rustc --print target-list` names them
 * @returns {Promise<NodeJS.ProcessEnv>} in which cargo builds for them
 */
export async function foreignRust(targets) {
  const host = requireRust();
  await unpackPackages(['rust']);
  const env = {
    // After the others, for dlltool and the linker; RUSTC names the compiler.
    ...withPath(host, bin, 'last'),
    LD_LIBRARY_PATH: join(unpacked, 'usr', 'lib', 'x86_64-linux-gnu'),
    RUSTC: join(bin, 'rustc'),
    RUSTDOC: join(bin, 'rustdoc'),
    CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER: join(bin, 'x86_64-w64-mingw32-gcc-win32'),
    LIBNODE_PATH: emptyLibnode(),
  };
  for (const target of targets) await addTarget(target, env);
  return env;
}

/**
 * The library that napi-build wants to link addons for Windows with. It is empty: Node-API is looked up in node.exe at run
 * time (the feature `dyn-symbols` of napi).
 */
function emptyLibnode() {
  const path = join(folder, 'libnode');
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'libnode.dll'), ''); // looked for, not linked with
  writeFileSync(join(path, 'libnode.dll.a'), '!<arch>\n');
  return path;
}

async function addTarget(target, env) {
  const place = join(unpacked, 'usr', 'lib', 'rustlib', target, 'lib');
  if (existsSync(place)) return;
  await step(`building the standard library for ${target}`, () => buildStd(target, env, place));
}

async function buildStd(target, env, place) {
  const source = readdirSync(join(unpacked, 'usr', 'src')).find((name) => name.startsWith('rustc-'));
  const vendor = join(unpacked, 'usr', 'src', source ?? '', 'library', 'vendor');
  if (!existsSync(vendor))
    throw new SetupError(`Debian's rust-web-src has no vendored crates where they were: ${vendor}`);
  const work = join(folder, `std-${process.pid}`);
  try {
    emptyCrate(work, vendor);
    const args = ['build', '-Zbuild-std=std,panic_abort,panic_unwind,test', '--target', target];
    const own = {
      RUSTC_BOOTSTRAP: '1',
      // A published addon is optimised across all crates, including these.
      RUSTFLAGS: '-Cembed-bitcode=yes',
      CARGO_HOME: join(work, 'home'),
      CARGO_TARGET_DIR: join(work, 'target'),
    };
    const { code, output } = await capture('cargo', args, { cwd: work, env: { ...env, ...own } });
    if (code !== 0) throw new SetupError(`${output}\nThe standard library could not be built for ${target}.`);
    install(join(work, 'target', target, 'debug', 'deps'), place);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** A crate to build the standard library for, whose own dependencies come from Debian's source alone. */
function emptyCrate(work, vendor) {
  for (const path of ['src', 'home']) mkdirSync(join(work, path), { recursive: true });
  const profile = '[profile.dev]\ndebug = false\nincremental = false\n';
  const manifest = `[package]\nname = "empty"\nedition = "2024"\n\n[workspace]\n\n${profile}`;
  writeFileSync(join(work, 'Cargo.toml'), manifest);
  writeFileSync(join(work, 'src', 'lib.rs'), '#![no_std]\n');
  const crates = `[source.crates-io]\nreplace-with = "debian"\n[source.debian]\ndirectory = "${vendor}"\n`;
  writeFileSync(join(work, 'home', 'config.toml'), `${crates}[net]\noffline = true\n`);
}

/** Puts the libraries where the compiler looks for them: all of them or none. */
function install(built, place) {
  const fresh = `${place}.${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  for (const name of readdirSync(built)) {
    if (name.endsWith('.rlib') && !name.startsWith('libempty-'))
      copyFileSync(join(built, name), join(fresh, name));
  }
  renameSync(fresh, place);
}
