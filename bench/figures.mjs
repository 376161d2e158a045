// Measures all tables of docs/performance.md and writes them there: Node 26 beside Bun and Deno, and Node 20 by itself. Takes
// 25 minutes, on a machine that does nothing else.
//
//   npm run bench:figures [-- options of npm run bench]
import { spawnSync } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { cases } from './cases/index.mjs';
import { installNode } from '../scripts/lib/nodes.mjs';

const own = process.argv.slice(2);
// The curves have no place in the page.
const tables = cases.filter(({ axis }) => axis === undefined).map(({ name }) => name);
const here = (file) => join(import.meta.dirname, file);

for (const [major, options] of [
  ['26', ['--peer', 'bun,deno', '--minutes', '16', ...own]],
  ['20', ['--minutes', '8', ...own]],
]) {
  const { path } = await installNode(major);
  // The benchmark starts itself and its children with the first Node of PATH.
  const env = { ...process.env, PATH: `${dirname(path)}${delimiter}${process.env.PATH}` };
  const file = `node-${major}.json`;
  run(path, [here('index.mjs'), '--json', file, '--only', tables.join(','), ...options], env);
  run(path, [here('render.mjs'), here(`results/${file}`), '--write', '--node', major], env);
}

/** What a measurement that failed leaves behind is written too: the table has a blank there. */
function run(program, args, env) {
  const { status } = spawnSync(program, args, { env, stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
