// Time per message over a size or a length: both axes logarithmic, one curve per contestant.
import { showCount, showSize, showTime } from './units.mjs';
import { decades, label, logarithmic, picture, rule, tag } from './svg.mjs';

const WIDTH = 540;
const HEIGHT = 330;
const LEFT = 62;
const RIGHT = 16;
const TOP = 8;
const BOTTOM = 44;
// Room for the label of a point on the x axis.
const LABEL = 52;

/** `rows`: the points, each with `x` and the medians of all. */
export function curves(rows, axis, contestants, classes, about) {
  const medians = rows
    .flatMap(({ sides }) => sides.map(({ median }) => median))
    .filter((value) => value !== null);
  const [low, high] = [Math.min(...medians) * 0.7, Math.max(...medians) * 1.4];
  const [first, last] = [rows[0].x, rows.at(-1).x];
  const x = logarithmic(first, last, LEFT + 8, WIDTH - RIGHT - 8);
  // At least two powers of ten, so that noise does not look like growth.
  const stretch = Math.max(1, Math.sqrt(100 / (high / low)));
  const [bottom, top] = [low / stretch, high * stretch];
  const y = logarithmic(bottom, top, HEIGHT - BOTTOM, TOP);
  const showX = axis.xUnit === 'B' ? showSize : showCount;
  const grid = [
    ...decades(bottom, top).map((value) => [
      rule(LEFT, y(value), WIDTH - RIGHT, y(value), 'grid-line'),
      label(LEFT - 8, y(value) + 4, showTime(value), { anchor: 'end', kind: 'small' }),
    ]),
    ...rows.map((row) => rule(x(row.x), HEIGHT - BOTTOM, x(row.x), HEIGHT - BOTTOM + 5, 'axis')),
    ...spaced(
      rows.map((row) => row.x),
      x,
    ).map((value) =>
      label(x(value), HEIGHT - BOTTOM + 17, showX(value), { anchor: 'middle', kind: 'small' }),
    ),
    rule(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, 'axis'),
    rule(LEFT, TOP, LEFT, HEIGHT - BOTTOM, 'axis'),
    label((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, `${axis.x}${axis.xUnit ? ` (${axis.xUnit})` : ''}`, {
      anchor: 'middle',
      kind: 'small',
    }),
    tag(
      'text',
      {
        transform: `translate(12 ${(HEIGHT - BOTTOM + TOP) / 2}) rotate(-90)`,
        'text-anchor': 'middle',
        class: 'small',
      },
      axis.y,
    ),
  ];
  // The second of the pair is drawn last, above the others.
  const order = contestants.map((_, n) => n).sort((one, other) => (one === 1) - (other === 1));
  const lines = order.map((n) => {
    const points = rows
      .filter(({ sides }) => sides[n].median !== null)
      .map((row) => [x(row.x), y(row.sides[n].median)]);
    const path = points
      .map(([px, py], at) => `${at === 0 ? 'M' : 'L'}${px.toFixed(1)} ${py.toFixed(1)}`)
      .join('');
    return [
      tag('path', { d: path, class: `curve ${n === 1 ? 'main ' : ''}${classes[n]}` }),
      points.map(([cx, cy]) => tag('circle', { cx, cy, r: n === 1 ? 3.6 : 2.6, class: classes[n] })),
    ];
  });
  return picture(WIDTH, HEIGHT, about, grid, lines);
}

/** The values whose labels fit, including the last one. */
function spaced(values, place) {
  const kept = [];
  for (const value of values.toReversed()) {
    if (kept.length === 0 || place(kept[0]) - place(value) >= LABEL) kept.unshift(value);
  }
  return kept;
}
