// One measurement: RUNTIME bench/measure.mjs CASE IMPLEMENTATION quick|full. Prints lines of JSON, each with
// `values` (by metric) or with what is left `blank` and why; the values so far outlive a measurement that breaks off.
import { findCase } from './cases/index.mjs';
import { loadImplementation } from './lib/implementations.mjs';
import { Unsupported } from './lib/unsupported.mjs';

const [name, implementation, size] = process.argv.slice(2);
const { run, topic } = findCase(name);
const quick = size === 'quick';
const share = quick ? 0.2 : 1;
const scale = (count) => Math.max(1, Math.round(count * share));
const print = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const tell = (values) => print({ values });

try {
  const contestant = topic === undefined ? await loadImplementation(implementation) : implementation;
  tell(await run(contestant, scale, { quick, tell }));
} catch (error) {
  if (!(error instanceof Unsupported)) throw error;
  print({ blank: error.message });
}
