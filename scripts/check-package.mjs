// Packs the package as npm would publish it, and checks the tarball: what is in it, its package.json (publint), and
// how its types resolve from CommonJS and ES modules (attw).
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { npmCommand, quiet } from './lib/npm.mjs';
import { cache, commandOf } from './lib/paths.mjs';
import { SetupError, capture, explainAndExit, say } from './lib/run.mjs';
import { setup } from './lib/setup.mjs';

const EXPECTED = [
  /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|index\.js|index\.d\.ts)$/,
  /^dist\/(index|child|register|nats)\.(js|mjs|d\.ts|d\.mts)$/,
  /^dist\/(channels|cluster|extra|loader|parent|preload|spare|stock|top|cli|doctor-child)\.js$/,
  // What `forkwire bench` needs.
  /^bench\/(command|measure)\.mjs$/,
  /^bench\/(cases|children|lib|report)\/.+\.[mc]js$/,
  /^dist\/.+\.d\.ts$/,
];

const REQUIRED = ['package.json', 'README.md', 'LICENSE', 'index.js', 'index.d.ts'].concat(
  [
    'channels',
    'cluster',
    'extra',
    'loader',
    'parent',
    'preload',
    'spare',
    'stock',
    'top',
    'cli',
    'doctor-child',
  ].map((name) => `dist/${name}.js`),
  ['command', 'measure'].map((name) => `bench/${name}.mjs`),
  ['index', 'child', 'register', 'nats'].flatMap((name) =>
    ['js', 'mjs', 'd.ts', 'd.mts'].map((type) => `dist/${name}.${type}`),
  ),
);

try {
  await setup();
  // Strict, since the types of a package must be complete. After `npm run build` (--as-built) they are.
  if (!process.argv.includes('--as-built')) await setup(['ts'], { force: true });
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'pack-'));
  try {
    const tarball = await pack(folder);
    await tool('publint', ['run', tarball, '--strict']);
    // node10 ignores "exports", and nobody uses it with a package that needs Node 20.
    await tool('@arethetypeswrong/cli', [tarball, '--profile', 'node16', '--no-emoji', '--no-color']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  say('the package is in order');
} catch (error) {
  explainAndExit(error);
}

async function pack(folder) {
  const [npm, ...first] = npmCommand();
  const { code, output } = await capture(npm, [
    ...first,
    'pack',
    '--json',
    '--pack-destination',
    folder,
    ...quiet,
  ]);
  if (code !== 0) throw new SetupError(`${output}\nnpm pack failed.`);
  const [{ filename, files, size }] = JSON.parse(output.slice(output.indexOf('[')));
  const paths = files.map(({ path }) => path);
  process.stdout.write(
    `${paths.join('\n')}\n${basename(filename)}: ${files.length} files, ${size} bytes packed\n\n`,
  );
  const missing = REQUIRED.filter((path) => !paths.includes(path));
  const unexpected = paths.filter((path) => !EXPECTED.some((pattern) => pattern.test(path)));
  if (missing.length > 0) throw new SetupError(`Missing from the package: ${missing.join(', ')}`);
  if (unexpected.length > 0) throw new SetupError(`Not meant to be in the package: ${unexpected.join(', ')}`);
  return join(folder, basename(filename));
}

async function tool(packageName, args) {
  const { code, output } = await capture(process.execPath, [commandOf(packageName), ...args]);
  process.stdout.write(output);
  if (code !== 0) throw new SetupError(`${packageName} has complaints: see above.`);
}
