// Redraws the page from a JSON file. With --markdown it prints the table of docs/performance.md, with --write it puts it there,
// and its picture into docs/chart.svg. With --node 20 it is the second table, that of Node 20, which has no picture:
//   node bench/render.mjs bench/results/latest.json [--markdown | --write] [--node 20]
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { makeChart } from './report/chart.mjs';
import { writePage } from './report/index.mjs';
import { makeTables } from './report/markdown.mjs';

const docs = fileURLToPath(new URL('../docs/performance.md', import.meta.url));
const chart = fileURLToPath(new URL('../docs/chart.svg', import.meta.url));

const { values, positionals } = parseArgs({
  options: {
    markdown: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    node: { type: 'string', default: '26' },
  },
  allowPositionals: true,
});
if (positionals.length !== 1) {
  console.error('usage: node bench/render.mjs FILE.json [--markdown | --write] [--node 20]');
  process.exit(2);
}
const report = JSON.parse(readFileSync(positionals[0], 'utf8'));
if (values.markdown) console.log(makeTables(report));
else if (values.write) write(makeTables(report));
else console.log(`written: ${writePage(positionals[0], report)}`);

function write(tables) {
  const text = readFileSync(docs, 'utf8');
  const which = values.node === '20' ? 'figures of Node 20' : 'figures';
  const [begin, end] = [`<!-- ${which}: begin -->`, `<!-- ${which}: end -->`];
  const before = text.slice(0, text.indexOf(begin) + begin.length);
  const after = text.slice(text.indexOf(end));
  // If columns were as wide as their widest cell, each new figure could change all lines.
  const ignored = ['<!-- prettier-ignore-start -->', tables, '<!-- prettier-ignore-end -->'].join('\n\n');
  const page = `${before}\n${ignored}\n${after}`;
  writeFileSync(docs, page);
  console.log(`written: ${docs}`);
  if (which !== 'figures') return;
  writeFileSync(chart, makeChart(page));
  console.log(`written: ${chart}`);
}
