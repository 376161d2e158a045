// Distributions of durations: one hump per contestant on a common logarithmic axis, with p50, p90 and p99.
import { showTime } from './units.mjs';
import { label, logarithmic, picture, rule, tag } from './svg.mjs';

const WIDTH = 580;
const LEFT = 176;
const RIGHT = 14;
const ROW = 50;
const HUMP = 38;
const BOTTOM = 40;
// The share of the longest durations that is not shown; otherwise a few stragglers would shrink the rest.
const BEYOND = 0.004;
const STEPS = [1, 2, 5];

/** `quantiles`: for each contestant the medians of the rounds' p50, p90 and p99 in us. */
export function ridges(histograms, quantiles, contestants, classes, binsPerDecade, about) {
  const shown = contestants.map((_, n) => n).filter((n) => Object.keys(histograms[n]).length > 0);
  const bins = shown.map((n) => trimmed(histograms[n]));
  const all = bins.flatMap((some) => some.map(([bin]) => bin));
  const valueOf = (bin) => 10 ** (bin / binsPerDecade);
  const [low, high] = [valueOf(Math.min(...all) - 2), valueOf(Math.max(...all) + 2)];
  const place = logarithmic(low, high, LEFT, WIDTH - RIGHT);
  const foot = shown.length * ROW + 4;
  const marks = steps(low, high).map((value) => [
    rule(place(value), 0, place(value), foot, 'grid-line'),
    label(place(value), foot + 15, showTime(value), { anchor: 'middle', kind: 'small' }),
  ]);
  const humps = shown.map((n, row) => {
    const base = (row + 1) * ROW;
    const counts = new Map(bins[row]);
    const highest = Math.max(...counts.values());
    const [first, last] = [Math.min(...counts.keys()) - 1, Math.max(...counts.keys()) + 1];
    let path = '';
    for (let bin = first; bin <= last; bin++) {
      const y = base - ((counts.get(bin) ?? 0) / highest) * HUMP;
      path += `${path === '' ? 'M' : 'L'}${place(valueOf(bin)).toFixed(1)} ${y.toFixed(1)}`;
    }
    const ticks = quantiles[n].filter((value) => value !== null && value >= low && value <= high);
    return [
      rule(LEFT, base, WIDTH - RIGHT, base, 'grid-line'),
      tag('path', { d: `${path}Z`, class: `hump ${classes[n]}` }),
      ticks.map((value) => rule(place(value), base - 7, place(value), base + 1, 'mark')),
      label(LEFT - 10, base - 16, contestants[n].label, {
        anchor: 'end',
        kind: n === 1 ? 'strong' : undefined,
      }),
      label(LEFT - 10, base - 3, quantiles[n].map(shortTime).join(' / '), { anchor: 'end', kind: 'small' }),
    ];
  });
  const axis = label((LEFT + WIDTH - RIGHT) / 2, foot + 31, 'round trip time', {
    anchor: 'middle',
    kind: 'small',
  });
  return picture(WIDTH, foot + BOTTOM, about, marks, humps, axis);
}

const shortTime = (value) => (value === null ? '-' : showTime(value));

/** `[bin, count]` without the last ones. */
function trimmed(histogram) {
  const sorted = Object.entries(histogram)
    .map(([bin, count]) => [Number(bin), count])
    .sort(([one], [other]) => one - other);
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  let sum = 0;
  return sorted.filter(([, count]) => {
    const before = sum;
    sum += count;
    return before <= total * (1 - BEYOND);
  });
}

function steps(low, high) {
  const all = [];
  for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power++) {
    for (const step of STEPS) all.push(step * 10 ** power);
  }
  return all.filter((value) => value >= low && value <= high);
}
