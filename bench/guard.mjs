// Fails when forkwire has become slower, on machines of any speed and load: compares ratios to node:child_process of one run.
// bench/costs.mjs counts what can be counted.
import { findCase } from './cases/index.mjs';
import { prepareContestant } from './lib/contestants.mjs';
import { pinCommand } from './lib/machine.mjs';
import { measureCase } from './lib/rounds.mjs';
import { ratios } from './lib/statistics.mjs';
import { showRatio } from './lib/words.mjs';

// The lowest accepted ratios, well below those of a quiet machine, so that only substantial changes are found.
const BOUNDS = [
  { name: 'json-100b-flood', metric: 'rate', least: 2 },
  { name: 'json-1kb', metric: 'rate', least: 1.25 },
  { name: 'advanced-100b', metric: 'rate', least: 1.5 },
  { name: 'tcp-sockets', metric: 'rate', least: 0.9 },
  { name: 'round-trip-100b', metric: 'p50', least: 0.7 },
  { name: 'start-up', metric: 'median', least: 0.5 },
  { name: 'unsent-200k', metric: 'rss', least: 2.5 },
];

const SHORT = { rounds: 3, quick: true };
// A case that misses its bound is measured again, for longer: another program may have disturbed the short measurement.
const LONG = { rounds: 5, quick: false };

const contestants = [await prepareContestant('stock'), await prepareContestant('forkwire')];
const pin = pinCommand();
let missed = 0;

console.log('forkwire to node:child_process, the least that is accepted and what it is:');
for (const bound of BOUNDS) {
  const first = await measure(bound, SHORT);
  const last = first.kept ? first : await measure(bound, LONG);
  const again = last === first ? '' : `, before ${first.shown}`;
  tell(
    last.kept,
    `${bound.name.padEnd(18)} ${bound.metric.padEnd(7)} >= ${bound.least}x   ${last.shown}${again}`,
  );
}
process.exitCode = missed === 0 ? 0 : 1;

async function measure({ name, metric, least }, length) {
  const one = findCase(name);
  const { better } = one.metrics.find(({ id }) => id === metric);
  const result = await measureCase(one, { ...length, contestants }, pin);
  for (const failure of result.failures) console.log(`  ${failure}`);
  const ratio = ratios(result.samples[metric], better);
  // A case that cannot be measured on this system cannot miss its bound.
  const kept = result.failures.length === 0 && (result.blanks.length > 0 || ratio.median >= least);
  return { kept, shown: result.blanks[0]?.reason ?? showRatio(ratio) };
}

function tell(kept, line) {
  if (!kept) missed++;
  console.log(`${kept ? 'ok    ' : 'MISSED'} ${line}`);
}
