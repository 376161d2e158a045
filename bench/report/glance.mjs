// All ratios of the pair in one picture. To the right of 1, the second is better.
import { label, logarithmic, picture, rule, tag } from './svg.mjs';

const WIDTH = 1040;
const LEFT = 380;
const RIGHT = 60;
const ROW = 23;
const TOP = 26;
const MARKS = [0.125, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64];

/** `rows`: `{ title, ratio: { median, least, greatest } }`. */
export function glance(rows, about) {
  const measured = rows.filter(({ ratio }) => ratio.median !== null);
  const values = measured.flatMap(({ ratio }) => [ratio.least, ratio.greatest]);
  const low = Math.min(0.5, ...values) * 0.9;
  const high = Math.max(2, ...values) * 1.1;
  const place = logarithmic(low, high, LEFT, WIDTH - RIGHT);
  const height = TOP + measured.length * ROW + 6;
  const marks = MARKS.filter((mark) => mark >= low && mark <= high).map((mark) => [
    rule(place(mark), TOP - 6, place(mark), height, mark === 1 ? 'axis' : 'grid-line'),
    label(place(mark), 12, `${mark}x`, { anchor: 'middle', kind: 'small' }),
  ]);
  const bars = measured.map(({ title, ratio }, n) => {
    const y = TOP + n * ROW;
    const middle = y + ROW / 2;
    const worse = ratio.median < 1;
    const [from, to] = [place(1), place(ratio.median)];
    const end = Math.max(place(ratio.greatest), from) + 8;
    return [
      label(LEFT - 14, middle + 4, title, { anchor: 'end' }),
      tag('rect', {
        x: Math.min(from, to),
        y: y + 4,
        width: Math.abs(to - from),
        height: ROW - 8,
        rx: 2,
        class: worse ? 'bad' : 'own0',
      }),
      rule(place(ratio.least), middle, place(ratio.greatest), middle, 'whisker'),
      label(end, middle + 4, `${ratio.median.toFixed(2)}x`, { kind: worse ? 'strong bad' : 'strong' }),
    ];
  });
  return picture(WIDTH, height, about, marks, bars);
}
