// Measures the cases of one topic on several versions of Node, and writes the tables into its page of docs/. Shared memory is also
// measured in Rust, beside other crates. Takes six minutes or so, on a machine that does nothing else.
//
//   npm run bench:memory [-- --quick]
//   npm run bench:prefork [-- --quick]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { installNode } from '../scripts/lib/nodes.mjs';
import { cases } from './cases/index.mjs';
import { topics } from './lib/topics.mjs';
import { measureRust } from './memory/index.mjs';

/** The rounds on each version of Node. Bun and Deno are measured beside the newest. */
const PLANS = {
  memory: { 26: 3, 24: 1, 22: 1 },
  prefork: { 26: 3, 20: 3 },
};
const PEERS = ['--peer', 'bun,deno'];

const [topic, ...options] = process.argv.slice(2);
if (!Object.hasOwn(PLANS, topic ?? '')) {
  console.error(`usage: node bench/topic.mjs ${Object.keys(PLANS).join('|')} [options of npm run bench]`);
  process.exit(2);
}
const here = (file) => join(import.meta.dirname, file);
const folder = mkdtempSync(join(tmpdir(), 'forkwire-bench-'));
try {
  for (const [major, rounds] of Object.entries(PLANS[topic]).toReversed()) await measureOn(major, rounds);
  if (topic === 'memory') measureRust(topics.memory.page, options.includes('--quick') ? 1 : 3);
} finally {
  rmSync(folder, { recursive: true });
}

async function measureOn(major, rounds) {
  const { path } = await installNode(major);
  // The benchmark starts itself and its children with the first Node of PATH.
  const env = { ...process.env, PATH: `${dirname(path)}${delimiter}${process.env.PATH}` };
  const file = join(folder, `node-${major}.json`);
  const only = cases.filter((one) => one.topic === topic).map(({ name }) => name);
  const peers = major === Object.keys(PLANS[topic]).at(-1) ? PEERS : [];
  const own = ['--only', only.join(), '--rounds', rounds, ...peers, '--json', file, ...options];
  run(path, [here('index.mjs'), ...own], env);
  run(path, [here('render.mjs'), file, '--write', '--node', major], env);
}

/** What a measurement that failed leaves behind is written too: the table has a blank there. */
function run(program, args, env) {
  const { status } = spawnSync(program, args, { env, stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
