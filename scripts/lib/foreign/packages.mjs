// Debian packages unpacked into .cache/foreign/root/, not installed: the system and its own package lists stay as they
// are, and it needs no privileges.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cache } from '../paths.mjs';
import { SetupError, capture, step } from '../run.mjs';

/** Where all of it lies; safe to delete at any time. */
export const folder = join(cache, 'foreign');

/** What would be `/` if the packages were installed. */
export const unpacked = join(folder, 'root');

const GROUPS = {
  // The compiler, the source of the standard library, and dlltool, which the latter is built with for Windows.
  rust: ['rustc-web', 'libstd-rust-web-dev', 'rust-web-src', 'rust-web-clippy', 'binutils-mingw-w64-x86-64'],
  // What links programs for Windows, and what runs them.
  windows: ['gcc-mingw-w64-x86-64-win32', 'wine64'],
};

/** @param {(keyof GROUPS)[]} wanted groups of packages; those that are there already cost nothing */
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
  const names = missing.flatMap((group) => GROUPS[group]);
  await step(`fetching Debian packages (${missing.join(', ')})`, () => download(names));
  await step('unpacking them', unpack);
  writeFileSync(stamp, JSON.stringify([...present, ...missing]));
}

const apt = join(folder, 'apt');
const archives = join(apt, 'cache', 'archives');

async function download(names) {
  for (const path of [join(apt, 'lists', 'partial'), join(archives, 'partial')])
    mkdirSync(path, { recursive: true });
  const own = [
    ['Dir::State::Lists', join(apt, 'lists')],
    ['Dir::Cache', join(apt, 'cache')],
    ['Debug::NoLocking', '1'],
    ['APT::Sandbox::User', ''],
    ['APT::Install-Recommends', '0'],
  ].flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  await run('apt-get', [...own, '--quiet', 'update']);
  // Of what they depend on, only what this system lacks.
  await run('apt-get', [...own, '--quiet', '--yes', '--download-only', '--reinstall', 'install', ...names]);
}

async function unpack() {
  mkdirSync(unpacked, { recursive: true });
  const packages = readdirSync(archives).filter((name) => name.endsWith('.deb'));
  for (const name of packages) await run('dpkg-deb', ['--extract', join(archives, name), unpacked]);
  rmSync(apt, { recursive: true, force: true });
}

async function run(program, args) {
  const { code, output } = await capture(program, args, { env: { ...process.env, LC_ALL: 'C' } });
  if (code === 0) return;
  const reason = output.trimEnd().split('\n').slice(-15).join('\n');
  throw new SetupError(
    `${reason}\n\n\`${program}\` failed. Debian 12 with its security updates among the sources of apt\n` +
      '(bookworm, bookworm-security) has all packages that are needed.',
  );
}
