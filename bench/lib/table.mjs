// The table on the terminal.
import { describeBackpressure } from './implementations.mjs';
import { median, ratios, spread } from './statistics.mjs';

const on = process.stdout.isTTY === true && !process.env.NO_COLOR;
const paint = (code, text) => (on ? `\x1b[${code}m${text}\x1b[0m` : text);

const line = (title, unit, first, second, ratio) =>
  `${title.padEnd(40)} ${unit.padEnd(7)} ${first.padStart(16)} ${second.padStart(16)} ${ratio.padStart(20)}`;

export function printHeader({ machine, options, pin }) {
  console.log(`Node ${machine.node}, ${machine.platform}, ${machine.cpus} x ${machine.cpu}`);
  console.log(
    `${options.rounds} interleaved rounds, medians, +- half the range${options.quick ? '; quick: few messages' : ''}`,
  );
  if (pin === undefined) console.log('no taskset here: the cases that want one CPU run on all of them');
  console.log();
  console.log(paint(1, line('', '', ...options.pair, 'ratio (least-most)')));
}

/** A row for each metric of a case. A ratio above 1 is always better for the second of the pair. */
export function printRows({ title, pinned, metrics, samples }) {
  for (const { id, label, unit, better } of metrics) {
    const [first, second] = samples[id];
    const name = `${title}${label === undefined ? '' : `, ${label}`}${pinned ? ' *' : ''}`;
    const ratio = ratios(samples[id], better);
    const shown = line(name, unit, showValues(first), showValues(second), showRatio(ratio));
    console.log(ratio.median < 1 ? paint(31, shown) : shown);
  }
}

export function printFooter({ failures, options, pin }) {
  console.log();
  console.log(
    `ratio: how many times better ${options.pair[1]} is, the median of the rounds' own ratios; above 1 is better in every row`,
  );
  if (pin !== undefined) console.log(`* both processes on one CPU (${pin.join(' ')})`);
  console.log('backpressure honoured means:');
  for (const name of new Set(options.pair)) console.log(`  ${describeBackpressure(name)}`);
  for (const failure of failures) console.log(paint(31, `failed: ${failure}`));
}

function showValues(values) {
  if (values.every(Number.isNaN)) return 'failed';
  return `${showNumber(median(values))} +-${(spread(values) * 100).toFixed(0).padStart(2)}%`;
}

function showNumber(value) {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 100 ? 1 : 0 });
}

function showRatio({ median: middle, least, greatest }) {
  if (Number.isNaN(middle)) return '-';
  return `${middle.toFixed(2)}x (${least.toFixed(2)}-${greatest.toFixed(2)})`;
}
