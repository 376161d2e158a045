// One row of the table as bars: one per contestant, with the range of its rounds and the ratio of the second of the
// pair to it.
import { showNumber } from '../lib/words.mjs';
import { label, linear, picture, rule, tag } from './svg.mjs';

const WIDTH = 440;
const LEFT = 128;
const RIGHT = 116;
const ROW = 25;

export function bars(row, contestants, classes, about) {
  const most = Math.max(...row.sides.flatMap(({ values }) => values.filter((value) => value !== null)), 0);
  const place = linear(0, most || 1, LEFT, WIDTH - RIGHT);
  const own = row.sides[1].median;
  const lines = row.sides.map((side, n) => {
    const y = n * ROW;
    const middle = y + ROW / 2;
    const name = label(LEFT - 10, middle + 4, contestants[n].label, {
      anchor: 'end',
      kind: n === 1 ? 'strong' : undefined,
    });
    if (side.median === null) return [name, label(LEFT, middle + 4, 'not possible', { kind: 'small' })];
    const present = side.values.filter((value) => value !== null);
    const end = place(Math.max(...present));
    const times = row.better === 'higher' ? own / side.median : side.median / own;
    return [
      name,
      tag('rect', {
        x: LEFT,
        y: y + 4,
        width: place(side.median) - LEFT,
        height: ROW - 8,
        rx: 2,
        class: classes[n],
      }),
      present.length > 1 ? rule(place(Math.min(...present)), middle, end, middle, 'whisker') : '',
      label(end + 7, middle + 4, showNumber(side.median), { kind: n === 1 ? 'strong' : undefined }),
      n === 1 || own === null
        ? ''
        : label(WIDTH, middle + 4, `${times.toFixed(2)}x`, {
            anchor: 'end',
            kind: times < 1 ? 'bad' : 'soft',
          }),
    ];
  });
  return picture(
    WIDTH,
    contestants.length * ROW + 4,
    about,
    rule(LEFT, 0, LEFT, contestants.length * ROW, 'axis'),
    lines,
  );
}
