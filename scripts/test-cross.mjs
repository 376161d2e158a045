// Builds the addon for other kinds of Linux and runs the core of the test suite with it: for arm64 under
// qemu, for musl with a Node that is built for it. Parents and children are both of that kind. Everything needed is
// assembled in .cache/: a toolchain, qemu and musl from Debian packages, Node from npm and PyPI.
//
//   npm run test:cross                            arm64 with glibc and x64 with musl
//   npm run test:cross -- linux-arm64-musl        this one; other words are passed on to AVA, in the core's place
//   FORKWIRE_DRIVER=task npm run test:cross
import { linuxNode } from './lib/foreign/linux-node.mjs';
import { LINUX, buildLinuxAddon } from './lib/foreign/linux.mjs';
import { explainAndExit } from './lib/run.mjs';
import { setup } from './lib/setup.mjs';
import { drivers, runSuite, summarize } from './lib/suite.mjs';

const USUAL = ['linux-arm64-gnu', 'linux-x64-musl'];

const CORE = [
  '__test__/drop-in/every-pair.test.mjs',
  '__test__/handles/{numbers,socket}.test.mjs',
  '__test__/serialization/{json,advanced}.test.mjs',
];

/** Tests that take too long under qemu, where a process needs seconds to start. */
const MORE = [
  '__test__/{channel,channel/*,observe,start}/*.test.mjs',
  '__test__/handles/*.test.mjs',
  '__test__/serialization/*.test.mjs',
];

const words = process.argv.slice(2);
const named = words.filter((word) => Object.hasOwn(LINUX, word));
const rest = words.filter((word) => !named.includes(word));
const chosen = process.env.FORKWIRE_DRIVER;
const runs = [];

try {
  await setup(['ts']);
  for (const platform of named.length > 0 ? named : USUAL) {
    const { name, path, env } = await linuxNode(platform, await buildLinuxAddon(platform));
    const core = platform.includes('-arm64-') ? CORE : [...CORE, ...MORE];
    const args = rest.length > 0 ? rest : core;
    for (const driver of chosen ? [chosen] : drivers) {
      process.stdout.write(`\n== ${name}, ${driver} driver\n`);
      const result = await runSuite({ driver, node: path, env, args, onlyFailures: true });
      runs.push({ name: `${name}, ${driver} driver`, ...result });
    }
  }
} catch (error) {
  explainAndExit(error);
}
process.stdout.write('\n  Under qemu, the core of the suite: a process takes seconds to start there.\n');
summarize(runs);
