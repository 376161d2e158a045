// Runs the test suite with other versions of Node, which are installed from npm into .cache/nodes/.
//
//   npm run test:nodes                     Node 20, 22, 24 and 26
//   npm run test:nodes -- 20 26            these; other words are passed on to AVA
//   FORKWIRE_DRIVER=loop npm run test:nodes
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmCommand, quiet } from './lib/npm.mjs';
import { cache } from './lib/paths.mjs';
import { SetupError, capture, explainAndExit, step } from './lib/run.mjs';
import { setup } from './lib/setup.mjs';
import { drivers, runSuite, summarize } from './lib/suite.mjs';

const ALL = ['20', '22', '24', '26'];

const words = process.argv.slice(2);
const named = words.filter((word) => /^\d+$/.test(word));
const args = words.filter((word) => !named.includes(word));
const chosen = process.env.FORKWIRE_DRIVER;
const runs = [];

try {
  await setup();
  const nodes = [];
  for (const major of named.length > 0 ? named : ALL) nodes.push(await install(major));
  for (const node of nodes) {
    for (const driver of chosen ? [chosen] : drivers) {
      const name = `Node ${node.version}, ${driver} driver`;
      process.stdout.write(`\n== ${name}\n`);
      runs.push({ name, ...(await runSuite({ driver, node: node.path, args, onlyFailures: true })) });
    }
  }
} catch (error) {
  explainAndExit(error);
}
summarize(runs);

/** The newest release of a major version; one that was installed before is used as it is. */
async function install(major) {
  const os = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${os}-${process.arch}`;
  const folder = join(cache, 'nodes', major);
  const path = join(folder, 'node_modules', name, 'bin', os === 'win' ? 'node.exe' : 'node');
  const version = await versionOf(path);
  if (version) return { path, version };
  // Made beside its place and renamed, so that an interrupted installation is not taken for a Node.
  const fresh = `${folder}.${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  writeFileSync(join(fresh, 'package.json'), '{"private": true}\n');
  await step(`installing Node ${major} (${name})`, async () => {
    const [npm, ...first] = npmCommand();
    const rest = ['install', `${name}@${major}`, '--prefix', fresh, ...quiet];
    const { code, output } = await capture(npm, [...first, ...rest], { cwd: fresh });
    if (code !== 0) throw new SetupError(`${output}\nNode ${major} could not be installed from npm.`);
  });
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
  const installed = await versionOf(path);
  if (!installed)
    throw new SetupError(`Node ${major} was installed, but does not run: ${path}\n${readdirSync(folder)}`);
  return { path, version: installed };
}

async function versionOf(path) {
  const { code, output } = await capture(path, ['--version']);
  return code === 0 ? output.trim().slice(1) : undefined;
}
