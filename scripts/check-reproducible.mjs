// Checks that the published packages are the same, byte for byte, on every machine that builds them. Clones the checkout
// twice, into folders of different names and depths, makes all packages in each, and compares them. Takes some minutes:
// two builds from scratch.
//
//   npm run check:reproducible                  compares two packages built here
//   npm run check:reproducible -- --keep DIR    and leaves the packages in DIR, to be compared with published ones
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './lib/paths.mjs';
import { SetupError, explainAndExit, must, say, step } from './lib/run.mjs';
import { setup } from './lib/setup.mjs';
import { requireRust } from './lib/toolchain.mjs';

const CRATES = ['forkwire-sys', 'forkwire-proto', 'forkwire'];

const PACK = `import { packBoth } from './scripts/lib/packed.mjs'; await packBoth(process.argv[1]);`;

/**
 * What differs between two machines and must not show: names, depth, cargo's home, time zone and language. Not the umask:
 * npm packs the modes that files have.
 */
const PLACES = [
  { folder: 'one', env: { TZ: 'UTC', LANG: 'C' } },
  { folder: join('a second', 'place', 'with-a-longer-name'), env: { TZ: 'Asia/Tokyo' } },
];

try {
  const { keep } = parseArgs({ options: { keep: { type: 'string' } } }).values;
  await setup(['deps']);
  const changed = (await must('git', ['status', '--porcelain'])).trim();
  if (changed) say('changes that are not committed are not looked at');
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'forkwire-reproducible-')));
  try {
    const made = [];
    for (const place of PLACES) made.push(await make(folder, place));
    if (keep !== undefined) for (const file of made[0]) copyInto(keep, file);
    compare(made);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
} catch (error) {
  explainAndExit(error);
}

/** @returns {Promise<string[]>} the packages, made in a clone of their own */
async function make(folder, place) {
  const checkout = join(folder, place.folder, 'forkwire');
  const home = join(folder, place.folder, 'cargo');
  const products = join(folder, place.folder, 'products');
  const target = join(checkout, 'target');
  process.umask(0o022);
  for (const path of [home, products]) mkdirSync(path, { recursive: true });
  borrowCrates(home);
  const env = { ...requireRust(), ...place.env, CARGO_HOME: home, CARGO_TARGET_DIR: target };
  for (const name of ['FORKWIRE_PREBUILT', 'SOURCE_DATE_EPOCH', 'CARGO_BUILD_TARGET']) delete env[name];
  const options = { cwd: checkout, env };
  await step(`making the packages in ${checkout}`, async () => {
    await must('git', ['clone', '--quiet', '--no-hardlinks', root, checkout]);
    cpSync(join(root, 'node_modules'), join(checkout, 'node_modules'), { recursive: true });
    await must(process.execPath, [join('scripts', 'setup.mjs')], options);
    await must(process.execPath, ['--input-type=module', '-e', PACK, products], options);
    const crates = CRATES.flatMap((name) => ['-p', name]);
    await must('cargo', ['package', '--locked', '--no-verify', ...crates], options);
  });
  const folders = [products, join(target, 'package')];
  return folders.flatMap((path) =>
    readdirSync(path)
      .filter((name) => /\.(tgz|crate)$/.test(name))
      .sort()
      .map((name) => join(path, name)),
  );
}

/** A second home for cargo that shares the downloads of the first: only the paths differ. */
function borrowCrates(home) {
  const usual = process.env.CARGO_HOME ?? join(homedir(), '.cargo');
  for (const name of ['registry', 'git', 'config.toml']) {
    if (existsSync(join(usual, name))) symlinkSync(join(usual, name), join(home, name));
  }
}

function compare([ones, others]) {
  const names = [ones, others].map((files) => files.map((file) => basename(file)).join(', '));
  if (names[0] !== names[1]) throw new SetupError(`Not the same packages: ${names.join('\nand ')}`);
  const expected = 2 + CRATES.length;
  if (ones.length !== expected)
    throw new SetupError(`There should be ${expected} packages; there are: ${names[0]}`);
  const differing = [];
  for (const [index, one] of ones.entries()) {
    const [a, b] = [one, others[index]].map(digest);
    process.stdout.write(`${a === b ? 'same   ' : 'DIFFERS'} ${a} ${basename(one)}\n`);
    if (a !== b) differing.push(basename(one));
  }
  if (differing.length > 0)
    throw new SetupError(`Made twice from the same commit, and not the same: ${differing.join(', ')}`);
  say(`${ones.length} packages, the same in both places`);
}

function digest(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

function copyInto(folder, file) {
  mkdirSync(folder, { recursive: true });
  copyFileSync(file, join(folder, basename(file)));
}
