// What keeps a checkout from being published: versions that differ, and addons that are missing or of the wrong kind.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { platformsOf, readJson } from './paths.mjs';

/** The processor's number in the header of a shared library, by format. */
const MACHINES = {
  linux: { x64: 62, arm64: 183 },
  darwin: { x64: 0x01000007, arm64: 0x0100000c },
  win32: { x64: 0x8664, arm64: 0xaa64 },
};

/**
 * @param {string} folder a checkout, its addons in npm/
 * @param {string} [tag] the tag to be published
 * @returns {string[]} the problems, one sentence each
 */
export function problemsOf(folder, tag) {
  const { version, napi } = readJson(join(folder, 'package.json'));
  const problems = [];
  const expect = (what, actual, expected) => {
    if (actual !== expected) problems.push(`${what} is ${actual}, and not ${expected}`);
  };
  if (tag !== undefined) expect('the tag', tag, `v${version}`);
  const cargo = readFileSync(join(folder, 'Cargo.toml'), 'utf8');
  expect('the version in Cargo.toml', /^version = "(.+)"$/m.exec(cargo)?.[1], version);
  const changes = readFileSync(join(folder, 'CHANGELOG.md'), 'utf8').split('\n');
  if (!changes.some((line) => line.startsWith(`## [${version}] - `) && /\d{4}-\d\d-\d\d$/.test(line))) {
    problems.push(`CHANGELOG.md has no date for ${version}`);
  }
  const platforms = platformsOf(folder);
  expect('the number of platforms in npm/', platforms.length, napi.targets.length);
  for (const name of platforms) problems.push(...problemsOfPlatform(join(folder, 'npm', name), version));
  return problems;
}

function problemsOfPlatform(folder, version) {
  const { name, version: own, main, os, cpu } = readJson(join(folder, 'package.json'));
  const problems = own === version ? [] : [`the version of ${name} is ${own}, and not ${version}`];
  const file = join(folder, main);
  if (!existsSync(join(folder, 'LICENSE'))) problems.push(`${name} has no LICENSE`);
  if (!existsSync(file)) return [...problems, `${name} has no addon (${main})`];
  const { format, machine } = kindOf(readFileSync(file));
  if (format !== os[0] || machine !== MACHINES[os[0]][cpu[0]]) {
    problems.push(`${main} is not a library for ${os[0]} on ${cpu[0]}`);
  }
  return problems;
}

/** What the header says: of an ELF, a Mach-O or a PE file of 64 bits. */
function kindOf(bytes) {
  if (bytes.length < 64) return {};
  if (bytes.readUInt32BE(0) === 0x7f454c46) return { format: 'linux', machine: bytes.readUInt16LE(18) };
  if (bytes.readUInt32LE(0) === 0xfeedfacf) return { format: 'darwin', machine: bytes.readUInt32LE(4) };
  const header = bytes.readUInt32LE(60);
  if (bytes.toString('latin1', 0, 2) !== 'MZ' || header + 6 > bytes.length) return {};
  return { format: 'win32', machine: bytes.readUInt16LE(header + 4) };
}
