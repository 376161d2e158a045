// Keeps some children running, watches them, and sums up.
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Life } from './life.mjs';
import { descriptors, resident } from './resources.mjs';
import { Summary } from './summary.mjs';
import { watch } from './watch.mjs';

const require = createRequire(import.meta.url);
const { mix } = require('./random.cjs');
const { planOf } = require('./plan.cjs');
const { Planned } = require('./receiver.cjs');
const { Things } = require('./things.cjs');

/** MiB by which the resident memory may grow: what allocators and V8 keep for later. */
const TOLERANCE = 96;

/**
 * @param {object} options
 * @param {number} options.seed
 * @param {number} options.seconds for which new children are started
 * @param {number} options.children at once
 * @param {number} options.patience seconds in which nothing happens until a child is said to hang
 * @param {number} [options.life] the seed of one child: all are as this one
 * @returns {Promise<number>} violations
 */
export async function soak({ seed, seconds, children, life, patience }) {
  say(`soak: --seed ${seed} --seconds ${seconds} --children ${children}, Node ${process.versions.node}`);
  process.on('uncaughtException', (error) => {
    if (error instanceof Planned) return;
    say(`uncaught in the parent: ${error?.stack}`);
    process.exit(1);
  });
  const folder = mkdtempSync(path.join(tmpdir(), 'forkwire-soak-'));
  const summary = new Summary();
  const things = new Things();
  await things.open(folder);
  await rehearse({ things, folder }, patience);
  const idle = descriptors();

  const began = performance.now();
  const elapsed = () => (performance.now() - began) / 1000;
  let memory;
  const slot = async (number) => {
    for (let generation = 0; elapsed() < seconds; generation++) {
      const one = new Life(life ?? mix(mix(seed, number), generation), { things, folder });
      const unwatch = watch(one, patience, say);
      await one.live();
      unwatch();
      summary.add(one);
      if (one.problems.length > 0) tell(one);
      // Everything permanent exists once each slot has had some children.
      if (memory === undefined && elapsed() > seconds / 3) memory = await resident();
    }
  };
  await Promise.all(Array.from({ length: children }, (_, number) => slot(number)));
  await summary.checkResources({ idle, memory, tolerance: TOLERANCE });
  await things.close();
  rmSync(folder, { recursive: true });
  say(summary.table(elapsed()));
  return summary.violations;
}

/** Opens everything that stays open from its first use on: the descriptors of the background thread. */
async function rehearse(surroundings, patience) {
  const fits = ({ wire, end, down }) =>
    wire === 'native' && end.how === 'complete' && down.sizes === 'large' && down.handles === 0;
  let seed = 0;
  while (!fits(planOf(seed))) seed += 1;
  const life = new Life(seed, surroundings);
  const unwatch = watch(life, patience, say);
  await life.live();
  unwatch();
  if (life.problems.length > 0) tell(life);
}

function tell({ plan, problems, log, report, output }) {
  say(`\nviolations by --life ${plan.seed}: ${JSON.stringify(plan, null, 1)}`);
  for (const problem of problems) say(`  ! ${problem}`);
  for (const line of log.lines) say(`  parent ${line}`);
  for (const line of report?.lines ?? []) say(`  child  ${line}`);
  if (output.stderr !== '') say(output.stderr);
}

function say(text) {
  process.stdout.write(`${text}\n`);
}
