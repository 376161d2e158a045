// The licences of everything linked into the addon, for the packages that contain it.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readJson, root } from './paths.mjs';
import { SetupError, must } from './run.mjs';
import { requireRust } from './toolchain.mjs';

/** Generated and committed, so that a release needs no Rust. */
export const file = join(root, 'THIRD-PARTY-LICENSES');

/**
 * Puts LICENSE into the folder of a platform's package: ours, and those of what its addon contains. npm packs a file of
 * that name whatever `files` says.
 */
export function addLicence(folder) {
  const parts = [join(root, 'LICENSE'), file].map((path) => readFileSync(path, 'utf8'));
  writeFileSync(join(folder, 'LICENSE'), parts.join(`\n${RULE}\n\n`));
}

const RULE = '-'.repeat(100);

const HEAD = `The addon of forkwire contains the following libraries. Each is under the licence that stands below its name; of several to
choose from, the one whose text is given.
`;

/** The licence that asks for least comes first. */
const TEXTS = [/^LICEN[CS]E-MIT/i, /^LICEN[CS]E(\.(md|txt))?$/i, /^COPYING/i, /^LICEN[CS]E/i];

/** The library that is part of every Rust program, and in no manifest. */
const STANDARD = {
  name: 'The standard library of Rust',
  license: 'MIT OR Apache-2.0',
  repository: 'https://github.com/rust-lang/rust',
};

/** @returns {Promise<string>} the text of THIRD-PARTY-LICENSES */
export async function collect() {
  const packages = new Map();
  const targets = readJson(join(root, 'package.json')).napi.targets;
  for (const target of targets) for (const one of await linked(target)) packages.set(one.id, one);
  // The same text under several names is printed once.
  const texts = new Map();
  for (const one of [...packages.values(), STANDARD]) {
    const text = textOf(one);
    if (!texts.has(text)) texts.set(text, []);
    texts.get(text).push(one);
  }
  const parts = [...texts].map(([text, those]) => `${those.map(title).sort().join('\n')}\n\n${text}`);
  return [HEAD, ...parts.sort()].join(`\n${RULE}\n\n`);
}

/** What the addon for `target` is linked with: not what only builds it. */
async function linked(target) {
  const args = ['metadata', '--format-version', '1', '--locked', '--filter-platform', target];
  const output = await must('cargo', args, { env: requireRust() });
  const { packages, resolve } = JSON.parse(output.slice(output.indexOf('{"packages"')));
  const byId = new Map(packages.map((one) => [one.id, one]));
  const nodes = new Map(resolve.nodes.map((node) => [node.id, node]));
  const found = new Set();
  const visit = (id) => {
    const one = byId.get(id);
    if (found.has(one) || one.targets.some(({ kind }) => kind.includes('proc-macro'))) return;
    found.add(one);
    for (const { pkg, dep_kinds: kinds } of nodes.get(id).deps) {
      if (kinds.some(({ kind }) => kind === null)) visit(pkg);
    }
  };
  visit(packages.find(({ name }) => name === 'forkwire-node').id);
  return [...found].filter(({ source }) => source !== null); // not our own
}

function title({ name, version, license, repository }) {
  return `${name}${version ? ` ${version}` : ''} (${license})${repository ? `, ${repository}` : ''}`;
}

function textOf({ name, license, manifest_path: manifest, authors }) {
  const folder = manifest === undefined ? undefined : dirname(manifest);
  const names = folder === undefined ? [] : readdirSync(folder);
  const found = TEXTS.map((pattern) => names.find((one) => pattern.test(one))).find(Boolean);
  if (found !== undefined)
    return `${readFileSync(join(folder, found), 'utf8').replaceAll('\r\n', '\n').trim()}\n`;
  if (!/\bMIT\b/.test(license)) throw new SetupError(`${name} (${license}) has no text of its licence.`);
  const holders = authors?.length > 0 ? authors.join(', ') : `the authors of ${name}`;
  const [, terms] = readFileSync(join(root, 'LICENSE'), 'utf8').split(/^Copyright .+$/m);
  return `MIT License\n\nCopyright (c) ${holders}${terms}`;
}
