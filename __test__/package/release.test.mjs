import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from '../helpers/test.mjs';
import { readJson, root } from '../../scripts/lib/paths.mjs';
import { problemsOf } from '../../scripts/lib/release.mjs';

const HEADERS = {
  'linux-x64': elf(62),
  'linux-arm64': elf(183),
  'darwin-x64': machO(0x01000007),
  'darwin-arm64': machO(0x0100000c),
  'win32-x64': pe(0x8664),
  'win32-arm64': pe(0xaa64),
};

function elf(machine) {
  const bytes = Buffer.alloc(64);
  bytes.write('\x7fELF', 'latin1');
  bytes.writeUInt16LE(machine, 18);
  return bytes;
}

function machO(processor) {
  const bytes = Buffer.alloc(64);
  bytes.writeUInt32LE(0xfeedfacf, 0);
  bytes.writeUInt32LE(processor, 4);
  return bytes;
}

function pe(machine) {
  const bytes = Buffer.alloc(128);
  bytes.write('MZ', 'latin1');
  bytes.writeUInt32LE(64, 60);
  bytes.writeUInt16LE(machine, 68);
  return bytes;
}

const { version } = readJson(join(root, 'package.json'));

/** A checkout that is ready to be published. */
function ready(t) {
  const folder = mkdtempSync(join(tmpdir(), 'forkwire-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  for (const file of ['package.json', 'Cargo.toml']) cpSync(join(root, file), join(folder, file));
  writeFileSync(join(folder, 'CHANGELOG.md'), `# Changelog\n\n## [${version}] - 2026-01-31\n`);
  for (const entry of readdirSync(join(root, 'npm'), { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const own = join(folder, 'npm', entry.name);
    mkdirSync(own, { recursive: true });
    cpSync(join(root, 'npm', entry.name, 'package.json'), join(own, 'package.json'));
    writeFileSync(join(own, 'LICENSE'), 'MIT License\n');
    writeFileSync(
      join(own, `forkwire.${entry.name}.node`),
      HEADERS[entry.name.split('-').slice(0, 2).join('-')],
    );
  }
  return folder;
}

test('a release with every addon and one version is complete', (t) => {
  t.deepEqual(problemsOf(ready(t), `v${version}`), []);
});

test('a tag of another version is refused', (t) => {
  t.deepEqual(problemsOf(ready(t), 'v99.0.0'), [`the tag is v99.0.0, and not v${version}`]);
});

test('a missing addon is refused', (t) => {
  const folder = ready(t);
  rmSync(join(folder, 'npm', 'darwin-arm64', 'forkwire.darwin-arm64.node'));
  t.deepEqual(problemsOf(folder), [
    '@forkwire/binding-darwin-arm64 has no addon (forkwire.darwin-arm64.node)',
  ]);
});

test('a package without its licences is refused', (t) => {
  const folder = ready(t);
  rmSync(join(folder, 'npm', 'linux-x64-musl', 'LICENSE'));
  t.deepEqual(problemsOf(folder), ['@forkwire/binding-linux-x64-musl has no LICENSE']);
});

test('a missing platform is refused', (t) => {
  const folder = ready(t);
  rmSync(join(folder, 'npm', 'linux-x64-musl'), { recursive: true });
  t.deepEqual(problemsOf(folder), ['the number of platforms in npm/ is 7, and not 8']);
});

for (const [what, bytes] of [
  ['for another processor', HEADERS['linux-arm64']],
  ['for another system', HEADERS['darwin-x64']],
  ['cut short', Buffer.from('\x7fELF', 'latin1')],
]) {
  test(`an addon ${what} is refused`, (t) => {
    const folder = ready(t);
    writeFileSync(join(folder, 'npm', 'linux-x64-gnu', 'forkwire.linux-x64-gnu.node'), bytes);
    t.deepEqual(problemsOf(folder), ['forkwire.linux-x64-gnu.node is not a library for linux on x64']);
  });
}

test('versions that differ are refused, and a changelog without a date', (t) => {
  const folder = ready(t);
  const platform = join(folder, 'npm', 'win32-x64-msvc', 'package.json');
  writeFileSync(platform, JSON.stringify({ ...readJson(platform), version: '0.0.9' }));
  writeFileSync(join(folder, 'CHANGELOG.md'), `## [${version}] - Unreleased\n`);
  const cargo = readFileSync(join(folder, 'Cargo.toml'), 'utf8').replace(
    /^version = ".+"/m,
    'version = "0.0.8"',
  );
  writeFileSync(join(folder, 'Cargo.toml'), cargo);
  t.deepEqual(problemsOf(folder), [
    `the version in Cargo.toml is 0.0.8, and not ${version}`,
    `CHANGELOG.md has no date for ${version}`,
    `the version of @forkwire/binding-win32-x64-msvc is 0.0.9, and not ${version}`,
  ]);
});
