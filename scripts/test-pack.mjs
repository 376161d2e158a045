// Packs the main package and this platform's, installs both from the tarballs into an empty project, and runs programs
// there: the README's example, CommonJS, ES modules, `forkwire/register`, the command `forkwire`, and
// TypeScript in each way to resolve types.
import { cpSync, mkdtempSync, realpathSync, rmSync, writeFileSync, copyFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { filesOf, parse, readPage } from './lib/markdown.mjs';
import { installInto, kilobytes, lendNodeTypes, packBoth } from './lib/packed.mjs';
import { builtAddons, commandOf, readJson, root } from './lib/paths.mjs';
import { glibcOf, problemsOfAddon } from './lib/requires.mjs';
import { SetupError, explainAndExit, say } from './lib/run.mjs';
import { setup } from './lib/setup.mjs';

/** The largest size of the main package in kilobytes: JavaScript, types, a page of text, and the benchmark. */
const LARGEST = 320;

/** Options of the compiler, and the files that each compiles. */
const RESOLUTIONS = {
  node16: [
    ['--module', 'node16'],
    ['types.mts', 'types.cts'],
  ],
  nodenext: [
    ['--module', 'nodenext'],
    ['types.mts', 'types.cts'],
  ],
  bundler: [['--module', 'esnext', '--moduleResolution', 'bundler'], ['types.ts']],
};

let checks = 0;

try {
  await setup();
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'forkwire-pack-')));
  try {
    await test(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  say(`the packed package works: ${checks} checks`);
} catch (error) {
  explainAndExit(error);
}

async function test(folder) {
  const addon = join(root, builtAddons()[0]);
  const problems = problemsOfAddon(addon, { prebuilt: process.env.FORKWIRE_PREBUILT === '1' });
  if (problems.length > 0) throw new SetupError(problems.join('\n'));
  process.stdout.write(`${basename(addon)}: glibc ${glibcOf(addon) ?? 'not used'}\n`);
  const tarballs = await packBoth(folder);
  for (const file of tarballs) process.stdout.write(`${basename(file)}: ${kilobytes(file)} kB\n`);
  if (kilobytes(tarballs[0]) > LARGEST) throw new SetupError(`The main package has more than ${LARGEST} kB.`);
  const { project, run, npx } = await installInto(folder, tarballs);
  cpSync(join(root, '__test__', 'pack'), project, { recursive: true });

  const check = async (title, args, expected = '') => {
    const { code, output } = await run(args);
    if (code !== 0 || output !== expected) throw new SetupError(`${title} failed:\n\n${output}`);
    process.stdout.write(`ok  ${title}\n`);
    checks++;
  };

  const [example, printed] = parse(readPage('README.md')).blocks.filter(({ language }) =>
    ['js', 'text'].includes(language),
  );
  for (const { name, text } of filesOf(example)) writeFileSync(join(project, name), text);
  await check('the example of README.md', ['parent.js'], printed.code);
  await check('CommonJS', ['commonjs.cjs']);
  await check('ES module', ['module.mjs']);
  for (const flag of ['--import', '--require']) {
    await check(`${flag} forkwire/register`, [flag, 'forkwire/register', 'registered.mjs']);
  }

  for (const [words, expected] of [
    [['--version'], new RegExp(`^${readJson(join(root, 'package.json')).version.replaceAll('.', '\\.')}\n$`)],
    [['doctor'], /^ok +wire +native: [^]*forkwire works here/m],
    [
      ['bench', '--quick', '--only', 'start-up'],
      /^fork to first reply [^]*^written: .*forkwire-bench\.html$/m,
    ],
  ]) {
    const { code, output } = await npx(['forkwire', ...words]);
    const title = `npx forkwire ${words.join(' ')}`;
    if (code !== 0 || !expected.test(output)) throw new SetupError(`${title} failed:\n\n${output}`);
    process.stdout.write(`ok  ${title}\n`);
    checks++;
  }

  lendNodeTypes(project);
  for (const extension of ['cts', 'ts']) {
    copyFileSync(join(project, 'types.mts'), join(project, `types.${extension}`));
  }
  const common = ['--strict', '--target', 'es2022', '--types', 'node', '--outDir', 'out', '--ignoreConfig'];
  for (const [name, [options, files]] of Object.entries(RESOLUTIONS)) {
    const tsc = [commandOf('typescript', 'tsc'), ...common, ...options, ...files];
    await check(`TypeScript, types resolved under ${name}`, tsc);
    if (name === 'bundler') continue; // what it makes is a bundler's to run
    for (const file of ['out/types.mjs', 'out/types.cjs']) await check(`${file} of ${name}`, [file]);
  }
}
