// Addons for the kinds of Linux that this one is not: another processor, another C library. They are built as those that
// are published, and linked with what lies in .cache/foreign/.
import { copyFileSync, mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { buildAddon } from '../native.mjs';
import { cache, root } from '../paths.mjs';
import { step } from '../run.mjs';
import { installMuslNode, muslOf } from './musl-node.mjs';
import { folder, unpackPackages, unpacked } from './packages.mjs';
import { foreignRust } from './rust.mjs';

const arm64Gcc = join(unpacked, 'usr', 'bin', 'aarch64-linux-gnu-gcc');

/** The target of each platform's package, by its name, and what compiling for it needs. */
export const LINUX = {
  'linux-arm64-gnu': {
    target: 'aarch64-unknown-linux-gnu',
    groups: ['arm64'],
    linker: arm64Gcc,
    flags: glibcFlags,
  },
  'linux-x64-musl': {
    target: 'x86_64-unknown-linux-musl',
    groups: ['musl'],
    linker: 'cc',
    flags: muslFlags,
  },
  'linux-arm64-musl': {
    target: 'aarch64-unknown-linux-musl',
    groups: ['arm64', 'musl'],
    linker: arm64Gcc,
    flags: muslFlags,
  },
};

/** The parts of glibc for arm64 programs, which serve as their `/`. */
export const arm64Root = join(unpacked, 'usr', 'aarch64-linux-gnu');

/**
 * Builds the addon for a platform.
 *
 * @param {keyof LINUX} platform
 * @returns {Promise<string>} its path, in `.cache/cross/<platform>/`
 */
export async function buildLinuxAddon(platform) {
  const { target, groups, linker, flags } = LINUX[platform];
  await unpackPackages(groups);
  const place = join(cache, 'cross', platform);
  mkdirSync(place, { recursive: true });
  const env = {
    ...(await foreignRust([target])),
    [`CARGO_TARGET_${target.toUpperCase().replaceAll('-', '_')}_LINKER`]: linker,
    CARGO_ENCODED_RUSTFLAGS: (await flags(target.split('-')[0])).join('\x1F'),
    // Kept apart from the builds of the other compilers.
    CARGO_TARGET_DIR: join(cache, 'foreign-target'),
  };
  const output = relative(root, place);
  await step(`building the addon for ${platform}`, () =>
    buildAddon(env, { target, output, args: ['--', '--locked'] }),
  );
  return join(place, `forkwire.${platform}.node`);
}

/** The parts of the C library refer to each other by their installed paths. Below the `sysroot`, those paths are here. */
function glibcFlags() {
  const libraries = join(arm64Root, 'lib');
  return [`--sysroot=${unpacked}`, `-B${libraries}`, `-L${libraries}`].map((flag) => `-Clink-arg=${flag}`);
}

/** An addon has the C library of the Node that loads it: it is linked dynamically, with musl in the place of glibc. */
async function muslFlags(cpu) {
  const libraries = join(folder, `musl-${cpu}`);
  mkdirSync(libraries, { recursive: true });
  copyFileSync(muslOf(cpu), join(libraries, 'libc.so'));
  // Debian's libgcc_s is bound to glibc, its static half too. Alpine, where the published addon is built, has its own.
  copyFileSync((await installMuslNode(cpu)).libgcc, join(libraries, 'libgcc_s.so'));
  return [
    '-Ctarget-feature=-crt-static',
    '-Clink-self-contained=no',
    '-Clink-arg=-nostdlib',
    `-Lnative=${libraries}`,
  ];
}
