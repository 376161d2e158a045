// Children come and go over random wires, send at random, stop, throw, exit and are killed, and everything that was
// sent is accounted for.
//
//   npm run soak                             three minutes, six children at once, a random seed
//   npm run soak -- --seconds 20 --seed 7    the plans of that seed again
//   npm run soak -- --life 123456            one child's plan again and again
//   npm run soak -- --patience 20            after so long without progress, a child counts as hanging (seconds, 90)
//
// FORKWIRE_DRIVER is the parent's driver; a child's is in its plan.
import { parseArgs } from 'node:util';
import { soak } from './lib/soak.mjs';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    seconds: { type: 'string', default: '180' },
    children: { type: 'string', default: '6' },
    patience: { type: 'string', default: '90' },
    life: { type: 'string' },
  },
});
const options = Object.fromEntries(Object.entries(values).map(([name, text]) => [name, Number(text)]));
const wrong = Object.keys(options).filter((name) => !Number.isInteger(options[name]) || options[name] < 0);
if (wrong.length > 0) throw new Error(`not a whole number: ${wrong.map((name) => `--${name}`)}`);
process.exitCode = (await soak(options)) === 0 ? 0 : 1;
