// Wall time of programs that start processes for tests or jobs, as they are, with forkwire/register, and with spares as well:
// vitest, jest, sandboxed processors of BullMQ, and tinypool. Close other programs first. Takes about three minutes for a version of
// Node.
//
//   node bench/programs/index.mjs [--rounds 4] [--nodes 26,20] [--only vitest,tinypool] [--busy]
//
// --busy keeps every processor busy meanwhile. BullMQ needs redis-server, which Debian has.
import { spawn } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { installNode } from '../../scripts/lib/nodes.mjs';
import { root } from '../../scripts/lib/paths.mjs';
import { installRunners } from '../../scripts/lib/programs.mjs';
import { SetupError, explainAndExit } from '../../scripts/lib/run.mjs';
import { median } from '../lib/statistics.mjs';
import { workloads } from './workloads.mjs';

const register = ['--import', join(root, 'dist', 'register.mjs')];
/** What stands before the program, and in its environment. */
const WAYS = [
  ['stock', [], {}],
  ['forkwire', register, {}],
  ['with spares', register, { FORKWIRE_PREFORK: '2' }],
];

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '4' },
    nodes: { type: 'string', default: '26,20' },
    only: { type: 'string' },
    busy: { type: 'boolean', default: false },
  },
});

async function main() {
  const runners = await installRunners();
  const busy = values.busy ? Array.from({ length: availableParallelism() }, keepBusy) : [];
  const folder = mkdtempSync(join(runners, 'work-'));
  try {
    for (const major of values.nodes.split(',')) await measureOn(major, runners, folder);
  } finally {
    for (const child of busy) child.kill();
    rmSync(folder, { recursive: true });
  }
}

async function measureOn(major, runners, folder) {
  const { path: node, version } = await installNode(major);
  const rows = [];
  for (const workload of workloads) {
    if (values.only !== undefined && !values.only.split(',').includes(workload.name)) continue;
    const place = join(folder, workload.name);
    for (const [file, text] of Object.entries(workload.files)) write(join(place, file), text);
    const service = await workload.begin?.(place);
    try {
      rows.push(await measure(workload, { node, place, runners, env: service?.env ?? {} }));
    } catch (error) {
      rows.push([workload.name, '', '', '', '', `failed: ${error.message.split('\n')[0]}`]);
    } finally {
      service?.end();
    }
  }
  print(version ?? major, rows);
}

/** A row of the table. The ways take turns, so that a change of the machine's speed meets all of them. */
async function measure(workload, how) {
  const times = WAYS.map(() => []);
  const seen = [];
  for (let round = -1; round < Number(values.rounds); round++) {
    for (const [index, way] of WAYS.entries()) {
      // Before they count, all of them have run once, and say what each child is.
      const debug = round < 0 && index > 0;
      const { milliseconds, output } = await run(workload, way, how, debug);
      if (round >= 0) times[index].push(milliseconds);
      else seen[index] = output;
    }
  }
  const spares = seen[2].match(/ parent of \d+ .*by a spare process/g)?.length ?? 0;
  const all = seen[2].match(/ parent of \d+ .*starts on the \w+ wire/g)?.length ?? 0;
  const [stock, forkwire, prefork] = times.map(median);
  const show = (value) => value.toFixed(0);
  return [
    workload.name,
    `${spares} of ${all}`,
    ...[stock, forkwire, prefork].map(show),
    (stock / prefork).toFixed(2),
  ];
}

function run(workload, [, first, more], { node, place, runners, env }, debug) {
  const args = [...first, ...workload.command(runners, place)];
  const own = { PATH: `${dirname(node)}:${process.env.PATH}`, CI: '1', NO_COLOR: '1', ...env, ...more };
  if (debug) own.FORKWIRE_DEBUG = '1';
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const child = spawn(node, args, { cwd: place, env: { ...process.env, ...own } });
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve({ milliseconds: performance.now() - begun, output });
      else reject(new Error(`${workload.name} ended with ${code}: ${output.slice(-600)}`));
    });
  });
}

function print(version, rows) {
  const heads = ['program', 'children from spares', ...WAYS.map(([name]) => `${name}, ms`), 'stock / spares'];
  console.log(
    `\nNode ${version}, ${values.rounds} rounds, medians${values.busy ? ', all processors busy' : ''}\n`,
  );
  const line = (cells) => console.log(`| ${cells.join(' | ')} |`);
  line(heads);
  line(heads.map((_, index) => (index < 1 ? '---' : '---:')));
  for (const row of rows) line(row);
}

function keepBusy() {
  return spawn(process.execPath, ['-e', 'for(;;);'], { stdio: 'ignore' });
}

function write(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

try {
  if (process.platform !== 'linux') throw new SetupError('There are spares to measure on Linux only.');
  await main();
} catch (error) {
  explainAndExit(error);
}
