// Debian packages, unpacked into .cache/foreign/root/ and not installed: the system stays untouched.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cache } from '../paths.mjs';
import { SetupError, step } from '../run.mjs';
import { archivesOf, download, downloadFrom, run } from './apt.mjs';

/** The folder of all this; safe to delete at any time. */
export const folder = join(cache, 'foreign');

/** The root folder of the unpacked packages. */
export const unpacked = join(folder, 'root');

const GROUPS = {
  // The compiler, the source of the standard library, and dlltool, which building it for Windows needs.
  rust: ['rustc-web', 'libstd-rust-web-dev', 'rust-web-src', 'rust-web-clippy', 'binutils-mingw-w64-x86-64'],
  // Links and runs programs for Windows.
  windows: ['gcc-mingw-w64-x86-64-win32', 'wine64'],
  // Links and runs programs for Linux on arm64.
  arm64: ['gcc-aarch64-linux-gnu', 'libc6-dev-arm64-cross', 'libstdc++6-arm64-cross', 'qemu-user-static'],
  // The other C library of Linux, for both processors,
  musl: ['musl:amd64', 'musl:arm64'],
  // and a tool that makes a program use this copy of it.
  patchelf: ['patchelf'],
  // Counts instructions and calls.
  valgrind: ['valgrind'],
  // Lists the files that a process opens.
  strace: ['strace'],
  // What forkwire/nats is tested with.
  nats: ['nats-server'],
};

/** Groups from another release of Debian, without dependencies there. */
const RELEASES = {
  // With Debian 12's (1.2.3) the Node that is built for musl dies as it starts.
  musl: 'trixie',
};

/** @param {(keyof GROUPS)[]} wanted groups of packages; those that exist already cost nothing */
export async function unpackPackages(wanted) {
  const stamp = join(folder, 'groups.json');
  const present = existsSync(stamp) ? JSON.parse(readFileSync(stamp, 'utf8')) : [];
  const missing = wanted.filter((group) => !present.includes(group));
  if (missing.length === 0) return;
  if (process.platform !== 'linux' || process.arch !== 'x64' || !existsSync('/etc/debian_version')) {
    throw new SetupError(
      'The toolchain for foreign targets is put together from Debian packages for x86-64,\n' +
        'and this system is another. With rustup, `rustup target add <target>` serves `npm run check:targets`.',
    );
  }
  const here = missing.filter((group) => !RELEASES[group]);
  const elsewhere = missing.filter((group) => RELEASES[group]);
  await step(`fetching Debian packages (${missing.join(', ')})`, async () => {
    const names = here.flatMap((group) => GROUPS[group]);
    if (names.length > 0) await download(apt, names);
    for (const group of elsewhere) await downloadFrom(RELEASES[group], apt, GROUPS[group]);
  });
  await step('unpacking them', unpack);
  writeFileSync(stamp, JSON.stringify([...present, ...missing]));
}

const apt = join(folder, 'apt');

async function unpack() {
  mkdirSync(unpacked, { recursive: true });
  const archives = archivesOf(apt);
  const packages = readdirSync(archives).filter((name) => name.endsWith('.deb'));
  for (const name of packages) await run('dpkg-deb', ['--extract', join(archives, name), unpacked]);
  rmSync(apt, { recursive: true, force: true });
}
