// Redraws the page from a JSON file. With --markdown it prints the tables of docs/performance.md, with --write it puts them
// there, and the picture of the first into docs/chart.svg. With --node 20 they are the tables of Node 20, which have no picture:
//   node bench/render.mjs bench/results/latest.json [--markdown | --write] [--node 20]
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { makeChart } from './report/chart.mjs';
import { writePage } from './report/index.mjs';
import { makeTable } from './report/markdown.mjs';

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
// By what their place in the page is called. A table that was not measured, or has no figure of forkwire, stays as it is.
const tables = new Map(
  [{ ...report, name: 'figures' }, ...report.topics.map((topic) => ({ ...report, ...topic }))]
    .filter(({ cases }) => cases.some(({ rows }) => rows.some(({ sides }) => sides[1].median !== null)))
    .map((one) => [values.node === '20' ? `${one.name} of Node 20` : one.name, makeTable(one)]),
);
if (values.markdown) console.log([...tables.values()].join('\n\n'));
else if (values.write) write();
else console.log(`written: ${writePage(positionals[0], report)}`);

function write() {
  let page = readFileSync(docs, 'utf8');
  for (const [place, table] of tables) page = put(page, place, table);
  writeFileSync(docs, page);
  console.log(`written: ${docs}`);
  if (!tables.has('figures')) return;
  writeFileSync(chart, makeChart(page));
  console.log(`written: ${chart}`);
}

function put(page, place, table) {
  const [begin, end] = [`<!-- ${place}: begin -->`, `<!-- ${place}: end -->`];
  if (!page.includes(begin)) throw new Error(`${docs} has no ${begin}`);
  const before = page.slice(0, page.indexOf(begin) + begin.length);
  const after = page.slice(page.indexOf(end));
  // If columns were as wide as their widest cell, each new figure could change all lines.
  const ignored = ['<!-- prettier-ignore-start -->', table, '<!-- prettier-ignore-end -->'].join('\n\n');
  return `${before}\n${ignored}\n${after}`;
}
