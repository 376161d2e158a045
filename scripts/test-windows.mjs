// Runs the test suite and the crates' tests as Windows programs under wine. Everything needed is assembled in
// .cache/: a toolchain and wine from Debian packages, Node for Windows from npm.
//
//   npm run test:windows                  Node 20 and 22, and the crates
//   npm run test:windows -- --core        what .ci/run has: Node 22, the files named below, and crates/sys
//   npm run test:windows -- 20            this Node, and no crates; other words are passed on to AVA
//
// __test__/windows.mjs names the tests that Windows or wine cannot run.
import { foreignRust } from './lib/foreign/rust.mjs';
import { TARGET, buildWindowsAddon } from './lib/foreign/addon.mjs';
import { runRustTests } from './lib/foreign/rust-tests.mjs';
import { holdProgram, wine, wineEnv } from './lib/foreign/wine.mjs';
import { installNode } from './lib/nodes.mjs';
import { explainAndExit } from './lib/run.mjs';
import { setup } from './lib/setup.mjs';
import { runSuite, summarize } from './lib/suite.mjs';

/** Node 24 and 26 call functions that wine 8 lacks. */
const ALL = ['20', '22'];

const CORE = {
  nodes: ['22'],
  crates: ['forkwire-sys'],
  files: [
    '__test__/{channel/{disconnect,exit},windows}/*.test.mjs',
    '__test__/drop-in/every-pair.test.mjs',
    '__test__/handles/{numbers,order,server,socket}.test.mjs',
    '__test__/memory/{shared-memory,views}.test.mjs',
    '__test__/ports/{named,transfer}.test.mjs',
    '__test__/start/end-with-parent.test.mjs',
    '__test__/channel/send/{backpressure,callback,leaves-at-once,settlement,validation}.test.mjs',
    '__test__/serialization/{json,advanced}.test.mjs',
  ],
};

const ALL_CRATES = ['forkwire-proto', 'forkwire-sys', 'forkwire'];

const words = process.argv.slice(2);
const core = words.includes('--core');
const named = words.filter((word) => /^\d+$/.test(word));
const rest = words.filter((word) => !named.includes(word) && word !== '--core');
const nodes = named.length > 0 ? named : core ? CORE.nodes : ALL;
const args = [...(core ? CORE.files : []), ...rest];
const runs = [];

try {
  await setup(['ts']);
  const base = await wineEnv(await foreignRust([TARGET]));
  const env = { ...base, FORKWIRE_WINE: '1', FORKWIRE_HOLD: await holdProgram(base) };
  await buildWindowsAddon(env);
  let node = '';
  for (const major of nodes) {
    const { path, version } = await installNode(major, { os: 'win32', arch: 'x64' });
    const name = `Node ${version} for Windows`;
    node = path;
    process.stdout.write(`\n== ${name}\n`);
    const under = { program: wine, env };
    const run = () => runSuite({ driver: 'task', node: path, under, args, onlyFailures: true });
    let result = await run();
    if (result.crashed) {
      process.stdout.write('\n  wine itself has crashed; once more\n\n');
      result = await run();
    }
    runs.push({ name, ...result });
  }
  if (named.length === 0 && rest.length === 0) {
    const crates = core ? CORE.crates : ALL_CRATES;
    process.stdout.write(`\n== ${crates.join(', ')}\n`);
    runs.push({ name: 'Crates for Windows', ...(await runRustTests(env, crates, node)) });
  }
} catch (error) {
  explainAndExit(error);
}
if (core) process.stdout.write('\n  The core of the suite; `npm run test:windows` runs all of it.\n');
summarize(runs);
