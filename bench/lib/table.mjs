// The table on the terminal: one column for each contestant, then the pair's ratio, then that to the best peer.
import { bestPeer } from './best.mjs';
import { median, ratios, spread } from './statistics.mjs';
import { showNumber, showRatio } from './words.mjs';

const on = process.stdout.isTTY === true && !process.env.NO_COLOR;
const paint = (code, text) => (on ? `\x1b[${code}m${text}\x1b[0m` : text);

const TITLE = 52;
const UNIT = 7;
const CELL = 16;

const line = (title, unit, cells, widths) =>
  `${title.padEnd(TITLE)} ${unit.padEnd(UNIT)} ${cells.map((cell, n) => cell.padStart(widths[n] ?? CELL)).join(' ')}`;

const widthsOf = (contestants) => contestants.map(({ label }) => Math.max(CELL, label.length));

export function printMachine({ machine, options, pin }) {
  const { rounds, quick } = options;
  console.log(`Node ${machine.node}, ${machine.platform}, ${machine.cpus} x ${machine.cpu}`);
  console.log(
    `${rounds} ${rounds === 1 ? 'round' : 'interleaved rounds'}, medians, +- half the range${quick ? '; quick: few messages' : ''}`,
  );
  if (pin === undefined) console.log('no taskset here: the cases that want one CPU run on all of them');
}

/** `title`: of a topic. */
export function printHeader({ contestants }, title = '') {
  console.log();
  const heads = [...contestants.map(({ label }) => label), 'ratio', '(least-most)'];
  if (contestants.length > 2) heads.push('to best peer');
  console.log(paint(1, line(title, '', heads, widthsOf(contestants))));
}

/** A row for each metric of a case. A ratio above 1 is always better for the second of the pair. */
export function printRows({ title, pinned, metrics, samples, blanks }, { contestants }) {
  for (const { id, label, unit, better } of metrics) {
    const sides = samples[id];
    const name = `${title}${label === undefined ? '' : `, ${label}`}${pinned ? ' *' : ''}`;
    const ratio = ratios(sides, better);
    const cells = [...sides.map(showValues), ...showRatio(ratio).split(' ')];
    if (contestants.length > 2) {
      const best = bestPeer(sides, contestants, better);
      cells.push(best === undefined ? '-' : `${best.ratio.toFixed(2)}x ${best.contestant.name}`);
    }
    const shown = line(name, unit, cells, widthsOf(contestants));
    console.log(ratio.median < 1 ? paint(31, shown) : shown);
  }
  for (const { contestant, reason } of blanks)
    console.log(paint(2, `  ${contestants[contestant].label}: ${reason}`));
}

/** `backpressure`: how each contestant of the first table waits. */
export function printFooter({ failures, pin, backpressure }) {
  console.log();
  console.log(
    'ratio: of the second column to the first, the median of the ratios within each round; above 1 is better in every row',
  );
  if (pin !== undefined) console.log(`* both ends on one CPU (${pin.join(' ')})`);
  console.log('backpressure is honoured in all but the flood and the backlog:');
  for (const words of backpressure) console.log(`  ${words}`);
  for (const failure of failures) console.log(paint(31, `failed: ${failure}`));
}

function showValues(values) {
  if (values.every(Number.isNaN)) return '-';
  return `${showNumber(median(values))} +-${(spread(values) * 100).toFixed(0).padStart(2)}%`;
}
