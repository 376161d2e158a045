// Checks that the folders of src/ depend on each other in one direction only: the order that docs/architecture.md states.
// oxlint's import/no-cycle finds circles among files; two folders can form one without any file of theirs being in one.
//
//   node scripts/check-layers.mjs
import { readFileSync, readdirSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import { root } from './lib/paths.mjs';

/** From the top down. A name imports names of later lines only, so those of one line do not know each other. */
const LAYERS = [
  ['cli'],
  ['nats'],
  ['register'],
  ['index', 'preload', 'child'],
  ['stock'],
  ['spare'],
  ['channels', 'extra', 'loader'],
  ['adopt', 'parent'],
  ['prefork'],
  ['start'],
  ['servers'],
  ['cluster'],
  ['ports'],
  ['memory'],
  ['requests'],
  ['promises'],
  ['descriptors'],
  ['channel'],
  ['prefork-types'],
  ['child-types'],
  ['control-types'],
  ['port-types'],
  ['server-types'],
  ['receive-types'],
  ['request-types'],
  ['types'],
  ['handle-types'],
  ['memory-types', 'descriptor-types'],
  ['observe', 'handles'],
  ['serialization'],
  ['addon'],
  ['errors'],
  ['coded-error'],
  ['error-types'],
  ['platform'],
];

const SPECIFIER = /(?:\bfrom|\bimport|\brequire\(|\bimport\()\s*['"](\.[^'"]+)\.js['"]/g;

const src = join(root, 'src');
const faults = [];

for (const file of readdirSync(src, { recursive: true })) {
  if (!file.endsWith('.ts')) continue;
  const path = relative(src, join(src, file)).replaceAll('\\', '/');
  const text = readFileSync(join(src, file), 'utf8');
  for (const [, specifier] of text.matchAll(SPECIFIER)) {
    const target = posix.join(posix.dirname(path), specifier);
    if (target.startsWith('..')) continue; // the generated loader of the addon
    const fault = faultOf(nameOf(path), nameOf(target));
    if (fault !== undefined) faults.push(`src/${path} imports ${specifier}.js: ${fault}`);
  }
}

for (const fault of faults) process.stderr.write(`${fault}\n`);
if (faults.length > 0) {
  process.stderr.write('The order of the folders is in scripts/check-layers.mjs and docs/architecture.md.\n');
  process.exitCode = 1;
}

/** The folder of a file, or the file itself if it lies at the top. */
function nameOf(path) {
  return path.split('/', 1)[0].replace(/\.ts$/, '');
}

function faultOf(from, to) {
  if (from === to) return undefined;
  const [upper, lower] = [layerOf(from), layerOf(to)];
  if (upper === -1 || lower === -1) return `${upper === -1 ? from : to} has no place in the order`;
  return upper < lower ? undefined : `${to} is not below ${from}`;
}

function layerOf(name) {
  return LAYERS.findIndex((names) => names.includes(name));
}
