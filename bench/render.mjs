// Makes the page anew from a JSON file, or prints tables for docs/performance.md:
//   node bench/render.mjs bench/results/latest.json [--markdown]
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { writePage } from './report/index.mjs';
import { makeTables } from './report/markdown.mjs';

const { values, positionals } = parseArgs({
  options: { markdown: { type: 'boolean', default: false } },
  allowPositionals: true,
});
if (positionals.length !== 1) {
  console.error('usage: node bench/render.mjs FILE.json [--markdown]');
  process.exit(2);
}
const report = JSON.parse(readFileSync(positionals[0], 'utf8'));
console.log(values.markdown ? makeTables(report) : `written: ${writePage(positionals[0], report)}`);
