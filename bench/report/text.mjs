// The text and figures of the page.
import { showNumber } from '../lib/words.mjs';
import { showUnit } from './units.mjs';
import { escape } from './svg.mjs';

const GIB = 2 ** 30;

export function facts({ machine, rounds, contestants }) {
  const items = {
    Date: `${machine.date.slice(0, 16).replace('T', ' ')} UTC`,
    Machine: `${machine.cpus} x ${machine.cpu}, ${(machine.memory / GIB).toFixed(0)} GiB, ${machine.platform}, kernel ${machine.kernel}`,
    Runtimes: [...new Set(contestants.map(({ runtime }) => runtime))].join(', '),
    Rounds: `${rounds}, interleaved`,
  };
  const cells = Object.entries(items).map(([name, value]) => `<span><b>${name}</b> ${escape(value)}</span>`);
  return `<div class="facts">${cells.join('')}</div>`;
}

export function figures({ contestants, cases }) {
  const heads = ['case', 'unit', ...contestants.map(({ label }) => label), 'ratio', 'to the best peer'];
  const lines = cases.flatMap(({ title, rows, pinned }) =>
    rows.map((row) => {
      const name = `${title}${row.label === undefined ? '' : `, ${row.label}`}${pinned ? ' *' : ''}`;
      const cells = [name, showUnit(row.unit), ...row.sides.map(({ median }) => showNumber(median))];
      const best = row.best && row.best.ratio !== null ? row.best : undefined;
      return `<tr>${cells.map((text) => `<td>${escape(text)}</td>`).join('')}${ratio(row.ratio.median)}${ratio(best?.ratio ?? null, best && contestants[best.contestant].label)}</tr>`;
    }),
  );
  const head = heads.map((text) => `<th>${escape(text)}</th>`).join('');
  return `<div class="scroll card"><table><thead><tr>${head}</tr></thead><tbody>${lines.join('')}</tbody></table></div>`;
}

function ratio(value, whose = '') {
  if (value === null) return '<td>-</td>';
  return `<td class="ratio${value < 1 ? ' worse' : ''}">${value.toFixed(2)}x ${escape(whose)}</td>`;
}

export function blankList({ contestants, cases, topics, failures }) {
  const blanks = [{ contestants, cases }, ...topics].flatMap((table) =>
    table.cases.flatMap(({ title, blanks: some }) =>
      some.map(({ contestant, reason }) => `${table.contestants[contestant].label}, ${title}: ${reason}`),
    ),
  );
  const list = (title, items) =>
    items.length === 0
      ? ''
      : `<h2>${title}</h2><ul>${items.map((item) => `<li>${escape(item)}</li>`).join('')}</ul>`;
  return list('Failed', failures) + list('Left blank', blanks);
}

export function method({ pinned, backpressure, rounds }) {
  const items = [
    `Each measurement runs in its own process, which forks its own child. The same program runs under each runtime, with that runtime's own child_process. A round measures each contestant once. ${rounds} rounds (fewer if one takes long) are interleaved, so a machine that becomes slower does so for all.`,
    'The figures are medians of the rounds. A ratio is the median of the ratios within each round.',
    'A tenth of the messages is sent before the clock starts. The clock stops when the child reports the last one.',
    'Both ends count the messages and compare a checksum over their numbers and order; contents are checked too. A measurement with a missing or changed message counts as failed.',
    'Backpressure is honoured except in the flood and the backlog. It means:',
    ...backpressure,
    pinned === null
      ? 'No process was pinned to a CPU.'
      : `* Both processes on one CPU (${pinned}): unpinned, round trips on a virtual machine have two typical durations, and chance decides which one a run gets.`,
  ];
  return `<h2>Method</h2><ul>${items.map((item) => `<li>${escape(item)}</li>`).join('')}</ul>`;
}
