// Measures what observability costs: a copy without diagnostics channels and traces, this forkwire, the same
// once more, which shows the noise, and this one with a subscriber to all five channels; in turns of a millisecond in
// one process. A disturbance then affects all of them, and a busy machine gives the same ratios as an idle one.
//   node bench/observing/index.mjs [TURNS]
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { subscribe } from 'node:diagnostics_channel';
import { fileURLToPath } from 'node:url';
import { median } from '../lib/statistics.mjs';
import { makeCopy } from './copy.mjs';

const BURST = 500;
const WARM_UP = 200;
const turns = Number(process.argv[2] ?? 2000);

const require = createRequire(import.meta.url);
const program = fileURLToPath(new URL('burst.cjs', import.meta.url));
const text = 'x'.repeat(70);
const names = ['send', 'message', 'handle', 'drain', 'error'].map((name) => `forkwire:${name}`);

const start = (file) => require(file).fork(program, [String(BURST)], { execArgv: [] });

console.log(`json of 100 B, bursts of ${BURST}, ${turns} turns; nanoseconds a message, medians`);
const own = start('../../dist/index.js');
const bare = start(makeCopy('without-observing', true));
const twin = start(makeCopy('twin', false));
await compare({ 'without it': bare, 'with it': own, 'with it again': twin });
// Only now: the compiler treats a channel that once had a subscriber differently.
for (const name of names) subscribe(name, () => {});
await compare({ 'without it': bare, subscribed: own });
for (const child of [own, bare, twin]) child.disconnect();

/** The children in turn, in every order, so that none always follows the same one. */
async function compare(children) {
  const contestants = Object.entries(children).map(([name, child]) => ({
    name,
    child,
    sending: [],
    receiving: [],
  }));
  for (let turn = -WARM_UP; turn < turns; turn++) {
    for (let at = 0; at < contestants.length; at++) {
      await measure(contestants[(turn + WARM_UP + at) % contestants.length], turn < 0);
    }
  }
  for (const what of ['sending', 'receiving']) {
    for (const { name, [what]: each } of contestants) {
      const ratio = median(each.map((value, n) => value / contestants[0][what][n]));
      console.log(
        `${what.padEnd(10)} ${name.padEnd(14)} ${median(each).toFixed(0).padStart(6)}  ${ratio.toFixed(3)}x`,
      );
    }
  }
}

async function measure({ child, sending, receiving }, warming) {
  const all = once(child, 'message');
  const begun = performance.now();
  for (let seq = 0; seq < BURST; seq++) child.send({ seq, text });
  const sent = performance.now() - begun;
  await all;
  const came = countUntil(child, BURST);
  const before = process.cpuUsage();
  child.send('go');
  await came;
  const { user, system } = process.cpuUsage(before);
  if (warming) return;
  sending.push((sent * 1e6) / BURST);
  receiving.push(((user + system) * 1e3) / BURST);
}

function countUntil(child, most) {
  return new Promise((resolve) => {
    let count = 0;
    child.on('message', function take() {
      if (++count < most) return;
      child.off('message', take);
      resolve();
    });
  });
}
