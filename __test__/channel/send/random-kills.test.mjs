import { createRequire } from 'node:module';
import { setImmediate } from 'node:timers/promises';
import test from '../../helpers/test.mjs';
import { fixture, when } from '../../helpers/child.mjs';
import { effort } from '../../helpers/effort.mjs';
import { recordEvents } from '../../helpers/events.mjs';
import { forkwire, stockOnly } from '../../helpers/implementations.mjs';
import { SendLedger } from '../../helpers/send-ledger.mjs';

const { Random } = createRequire(import.meta.url)('../../soak/lib/random.cjs');

const ROUNDS = effort(60, 15);
const AT_ONCE = 3;

/** Starts a child and kills it after a random number of sends at a random moment. Returns what is wrong, or undefined. */
async function round(seed, options) {
  const random = new Random(seed);
  const stdio = ['ignore', 'pipe', 'inherit', 'ipc'];
  const child = forkwire.fork(fixture('count-aloud.cjs'), [], { stdio, ...options });
  child.on('error', () => {});
  const events = recordEvents(child, ['disconnect', 'exit', 'close']);
  let said = '';
  child.stdout.on('data', (text) => (said += text));
  const ledger = new SendLedger();
  // Some are killed before they have started, others while they are reading.
  if (random.chance(0.75)) {
    ledger.send(child, 'first');
    await when(child.stdout, 'data');
  }
  const closed = when(child, 'close');
  const text = 'x'.repeat(random.between(1, 3000));
  for (let bursts = random.between(0, 29); bursts >= 0; bursts--) {
    for (let messages = random.between(0, 199); messages >= 0; messages--) ledger.send(child, text);
    if (bursts === 0) child.kill('SIGKILL');
    for (let turns = random.between(0, 2); turns > 0; turns--) await setImmediate();
  }
  // This process does not know yet that the child is gone.
  for (let messages = random.between(0, 99); messages >= 0; messages--) ledger.send(child, text);
  await Promise.all([closed, ledger.whenAllSettled()]);
  const received = Number(said.trimEnd().split('\n').at(-1));
  const { sends, nulls, errors } = ledger;
  if (nulls + errors.length !== sends) return `${sends} sends, ${nulls} null, ${errors.length} errors`;
  if (received > nulls) return `${received} were received, but ${nulls} callbacks say that they were sent`;
  const expected = ['close', 'disconnect', 'exit'];
  if (events.toSorted().join() !== expected.join() || events.at(-1) !== 'close') return `${events}`;
  return undefined;
}

const declare = stockOnly ? test.skip : test;
for (const [name, options] of [
  ['native wire, json', {}],
  ['native wire, advanced', { serialization: 'advanced' }],
  ["Node's wire", { wire: 'node' }],
]) {
  declare(`each send settles once, whenever the child is killed: ${name}`, async (t) => {
    const first = Math.trunc(Math.random() * 2 ** 31);
    for (let i = 0; i < ROUNDS; i += AT_ONCE) {
      const seeds = Array.from({ length: AT_ONCE }, (_, at) => first + i + at);
      const faults = await Promise.all(seeds.map((seed) => round(seed, options)));
      for (const [at, fault] of faults.entries()) t.is(fault, undefined, `seed ${seeds[at]}`);
    }
  });
}
