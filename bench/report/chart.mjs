// The picture of the README: some rows of the table in docs/performance.md, forkwire's bar beside Node's. It is
// self-contained, for light and dark pages.
import { label, linear, tag } from './svg.mjs';

/** Titles in the table, what the picture calls them, and whether less is better. */
const ROWS = [
  ['json 100 B, flood', 'small messages, in one flood'],
  ['structured clone 100 B', "small messages, 'advanced'"],
  ['json 1 KB', 'messages of 1 KB'],
  ['json 1 MiB', 'json of 1 MiB'],
  ['Buffer 1 MiB', 'Buffers of 1 MiB'],
  ['TCP sockets passed and closed', 'TCP sockets handed over'],
  ['round trip, json 100 B, p99 \\*', 'round trip, slowest of 100', true],
  ['RSS above idle, 200,000 unsent messages of 100 B', 'memory of 200,000 unsent messages', true],
];

const WIDTH = 800;
const LEFT = 266;
const RIGHT = 170;
const TOP = 54;
const ROW = 40;
const BAR = 13;

const STYLE = `
svg { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
text { fill: #1c2128; } .soft { fill: #5c6672; } .strong { font-weight: 650; } .title { font-size: 15px; font-weight: 650; }
.own { fill: #e8590c; } .node { fill: #2b8a3e; } text.own, text.node { font-weight: 650; }
@media (prefers-color-scheme: dark) {
  text { fill: #e8eaed; } .soft { fill: #9aa4b1; } .own { fill: #ff8a4c; } .node { fill: #51cf66; }
}`;

/** @param {string} page the text of docs/performance.md @returns {string} an SVG file */
export function makeChart(page) {
  const { about, table, names } = readTable(page);
  const rows = ROWS.map(([title, words, less = false]) => ({ ...table.get(title), words, less }));
  const place = linear(0, Math.max(...rows.map(({ ratio }) => ratio)), 0, WIDTH - LEFT - RIGHT);
  const lines = rows.flatMap(({ words, unit, stock, own, ratio, less }, n) => {
    const y = TOP + n * ROW;
    const bar = (kind, dy, width) =>
      tag('rect', { x: LEFT, y: y + dy, width, height: BAR, rx: 2, class: kind });
    const text = (dy, width, figures, kind) => label(LEFT + width + 8, y + dy + 11, figures, { kind });
    const [low, high] = [place(1), place(ratio)];
    const times = `${ratio.toFixed(1)}x${less ? (unit === ' MB' ? ' less' : ' faster') : ''}`;
    return [
      label(LEFT - 12, y + 18, words, { anchor: 'end' }),
      bar('node', 2, low),
      text(2, low, `${stock}${unit}`, 'soft'),
      bar('own', 2 + BAR + 2, high),
      text(2 + BAR + 2, high, `${times}, ${own}${unit}`, 'strong'),
    ];
  });
  const height = TOP + ROWS.length * ROW + 26;
  const sentence = `Compared with Node, forkwire is ${rows.map(({ words, ratio }) => `${ratio.toFixed(1)} times as good with ${words}`).join(', ')}`;
  return `${tag(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${WIDTH} ${height}`,
      width: WIDTH,
      height,
      role: 'img',
      'aria-label': sentence,
    },
    `<style>${STYLE}</style>`,
    label(0, 18, 'forkwire', { kind: 'own title' }),
    label(74, 18, `compared with node:child_process (${names[0]})`, { kind: 'title' }),
    label(0, 38, 'Longer is better. The length of each bar is the ratio to Node, which is 1.', {
      kind: 'soft',
    }),
    lines.map((line) => `\n${line}`),
    label(0, height - 6, about, { kind: 'soft' }),
  )}\n`;
}

function readTable(page) {
  const [figures] = page.split('<!-- figures: begin -->')[1].split('<!-- figures: end -->');
  const lines = figures.split('\n').filter(Boolean);
  const cells = lines.filter((line) => line.startsWith('|')).map((line) => line.slice(2, -2).split(' | '));
  const [[, , ...names]] = cells;
  const rows = cells.slice(2).map(([title, unit, stock, own, ...rest]) => [
    title,
    {
      unit: unit === 'msg/s' || unit === 'sock/s' ? '/s' : ` ${unit}`,
      stock,
      own,
      ratio: parseFloat(rest.at(-2)),
    },
  ]);
  const about = lines.find((line) => /^\d{4}-\d\d-\d\d, /.test(line)).replace(/, kernel [^;]+/, '');
  return { about, names, table: new Map(rows) };
}
