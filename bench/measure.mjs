// One measurement: node bench/measure.mjs CASE IMPLEMENTATION quick|full. Prints the values as JSON.
import { findCase } from './cases/index.mjs';
import { loadImplementation } from './lib/implementations.mjs';

const [name, implementation, size] = process.argv.slice(2);
const { run } = findCase(name);
const share = size === 'quick' ? 0.2 : 1;
const scale = (count) => Math.max(1, Math.round(count * share));
const values = await run(await loadImplementation(implementation), scale);
process.stdout.write(JSON.stringify(values));
