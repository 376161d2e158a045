// The tables of docs/performance.md.
import { showNumber } from '../lib/words.mjs';

/** The table of the cases without a topic, or of one topic of the report. */
export function makeTable({ machine, rounds, minutes, contestants, cases, pinned }) {
  const words = `${machine.date.slice(0, 10)}, ${machine.cpus} x ${machine.cpu}, ${machine.platform}, kernel ${machine.kernel}; ${minutes === undefined ? '' : 'up to '}${rounds === 1 ? '1 round' : `${rounds} interleaved rounds`}.`;
  const heads = ['case', 'unit', ...contestants.map(({ label }) => label), 'ratio', 'to the best peer'];
  const rows = cases.flatMap(({ title, rows: some, pinned: isPinned }) =>
    some.map((row) => [
      `${title}${row.label === undefined ? '' : `, ${row.label}`}${isPinned ? ' \\*' : ''}`,
      row.unit,
      ...row.sides.map(({ median }) => showNumber(median)),
      showTimes(row.ratio.median),
      row.best && row.best.ratio !== null
        ? `${showTimes(row.best.ratio)} ${contestants[row.best.contestant].label}`
        : '-',
    ]),
  );
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const table = [line(heads), line(heads.map((_, n) => (n === 0 ? '---' : '---:'))), ...rows.map(line)];
  const note =
    pinned === null || !cases.some((one) => one.pinned)
      ? []
      : ['', `\\* both ends on one CPU (\`${pinned}\`).`];
  return [words, '', ...table, ...note].join('\n');
}

const showTimes = (ratio) => (ratio === null ? '-' : `${ratio.toFixed(2)}x`);
