// Fetches Debian packages with apt, with separate lists and archives: the system's stay untouched, and it needs no
// privileges.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError, capture } from '../run.mjs';

/**
 * @param {string} folder for apt, into which the packages are downloaded
 * @returns {string} where
 */
export const archivesOf = (folder) => join(folder, 'cache', 'archives');

/** Fetches packages, and those of their dependencies that this system lacks. */
export async function download(folder, names) {
  const own = settings(folder, 'lists');
  await run('apt-get', [...own, '--quiet', 'update']);
  await run('apt-get', [...own, '--quiet', '--yes', '--download-only', '--reinstall', 'install', ...names]);
}

/** Fetches only these packages from another release of Debian, from the same mirror as this system's packages. */
export async function downloadFrom(release, folder, names) {
  const list = join(folder, `${release}.list`);
  const own = [
    ...settings(folder, release),
    ...options({ 'Dir::Etc::SourceList': list, 'Dir::Etc::SourceParts': '-' }),
  ];
  writeFileSync(list, `deb ${await source()} ${release} main\n`);
  await run('apt-get', [...own, '--quiet', 'update']);
  await run('apt-get', [...own, '--quiet', 'download', ...names], archivesOf(folder));
}

/** The mirror of this system's release; the names of its updates have a dash. */
async function source() {
  const format = '$(ORIGIN) $(COMPONENT) $(CODENAME) $(REPO_URI)';
  const listed = await run('apt-get', ['indextargets', '--format', format, 'Created-By: Packages']);
  const [, place] = /^Debian main \w+ (\S+)$/m.exec(listed) ?? [];
  if (place === undefined) throw new SetupError('None of the sources of apt is one of Debian.');
  return place;
}

/** Makes the folders that replace the system's. */
function settings(folder, lists) {
  for (const path of [join(folder, lists), archivesOf(folder)])
    mkdirSync(join(path, 'partial'), { recursive: true });
  return options({
    'Dir::State::Lists': join(folder, lists),
    'Dir::Cache': join(folder, 'cache'),
    'Debug::NoLocking': '1',
    'APT::Sandbox::User': '',
    'APT::Install-Recommends': '0',
    // Allows packages for another processor without changing the system's dpkg.
    'APT::Architectures': 'amd64,arm64',
  });
}

const options = (values) => Object.entries(values).flatMap(([key, value]) => ['-o', `${key}=${value}`]);

/** @returns {Promise<string>} what it printed */
export async function run(program, args, cwd) {
  const { code, output } = await capture(program, args, { cwd, env: { ...process.env, LC_ALL: 'C' } });
  if (code === 0) return output;
  const reason = output.trimEnd().split('\n').slice(-15).join('\n');
  throw new SetupError(
    `${reason}\n\n\`${program}\` failed. Debian 12 with its security updates among the sources of apt\n` +
      '(bookworm, bookworm-security) has all packages that are needed.',
  );
}
