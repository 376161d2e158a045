// Redraws the page from a JSON file. With --markdown it prints the tables of docs/, with --write it puts them into their pages, and
// the picture of the first into docs/chart.svg. With --node 20 they are the tables of Node 20, which have no picture:
//   node bench/render.mjs bench/results/latest.json [--markdown | --write] [--node 20]
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { pageOf, putTable } from './pages.mjs';
import { topics } from './lib/topics.mjs';
import { makeChart } from './report/chart.mjs';
import { writePage } from './report/index.mjs';
import { makeTable } from './report/markdown.mjs';

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
// By what their place in the page is called. A table that was not measured, or has no figure of forkwire, stays as it is.
const tables = new Map(
  [{ ...report, name: 'figures' }, ...report.topics.map((topic) => ({ ...report, ...topic }))]
    .filter(({ cases }) => cases.some(({ rows }) => rows.some(({ sides }) => sides[1].median !== null)))
    .map((one) => [one.name, makeTable(one)]),
);
if (values.markdown) console.log([...tables.values()].join('\n\n'));
else if (values.write) write();
else console.log(`written: ${writePage(positionals[0], report)}`);

function write() {
  for (const [name, table] of tables) {
    const place = values.node === '26' ? name : `${name} of Node ${values.node}`;
    console.log(`written: ${putTable(topics[name]?.page, place, table)}`);
  }
  if (!tables.has('figures') || values.node !== '26') return;
  const chart = pageOf('chart.svg');
  writeFileSync(chart, makeChart(readFileSync(pageOf(), 'utf8')));
  console.log(`written: ${chart}`);
}
