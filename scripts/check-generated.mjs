// Regenerates the generated files and compares them with those in git: index.js, index.d.ts, npm/*/package.json,
// THIRD-PARTY-LICENSES.
//
//   npm run check:generated
//   npm run check:generated -- --as-built    uses index.js and index.d.ts from the build just made
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { collect, file as licences } from './lib/licences.mjs';
import { commandOf, cache, platformsOf, root } from './lib/paths.mjs';
import { SetupError, capture, explainAndExit, say } from './lib/run.mjs';
import { setup } from './lib/setup.mjs';

try {
  await setup(['native'], { force: !process.argv.includes('--as-built') }); // rewrites index.js and index.d.ts
  const stale = [
    ...changedInGit(['index.js', 'index.d.ts']),
    ...(await stalePlatformPackages()),
    ...((await collect()).trim() === read(licences) ? [] : [basename(licences)]),
  ];
  if (stale.length > 0) {
    throw new SetupError(
      `Generated files are not those in git: ${stale.join(', ')}\n` +
        'Run `npm run build:native` (index.*), `npx napi create-npm-dirs` (npm/) or `npm run build:licences`, and commit\n' +
        'what changes.',
    );
  }
  say('the generated files are current');
} catch (error) {
  explainAndExit(error);
}

function git(...args) {
  const { error, status, stdout, stderr } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  if (error || status > 1) throw new SetupError(`git is needed for this check: ${error?.message ?? stderr}`);
  return stdout;
}

function changedInGit(files) {
  const tracked = git('ls-files', '--', ...files).split('\n');
  const changed = git('diff', '--name-only', '--', ...files)
    .split('\n')
    .filter(Boolean);
  if (changed.length > 0) process.stdout.write(git('diff', '--', ...changed));
  return files.filter((file) => changed.includes(file) || !tracked.includes(file));
}

async function stalePlatformPackages() {
  const folder = mkdtempSync(join(cache, 'npm-'));
  try {
    const args = [commandOf('@napi-rs/cli', 'napi'), 'create-npm-dirs', '--npm-dir', folder];
    const { code, output } = await capture(process.execPath, args);
    if (code !== 0) throw new SetupError(output);
    const platforms = readdirSync(folder);
    const extra = platformsOf()
      .filter((name) => !platforms.includes(name))
      .map((name) => `npm/${name}`);
    const differing = platforms
      .map((platform) => `npm/${platform}/package.json`)
      .filter((path) => read(join(root, path)) !== read(join(folder, path.slice('npm/'.length))));
    return [...extra, ...differing];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function read(file) {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}
