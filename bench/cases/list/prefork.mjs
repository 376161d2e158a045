// Starting children, from spare processes or not.
import { firstAnswer } from '../first-answer.mjs';
import { jobs } from '../jobs.mjs';
import { spareMemory } from '../spare-memory.mjs';

const pairs = [
  ['one after the other', 1],
  ['two at a time', 2],
].flatMap(([how, atOnce]) => [false, true].map((pinned) => ({ how, atOnce, pinned })));

export const preforkCases = [
  firstAnswer({ name: 'first-answer', title: '`fork()` to the first message', count: 100 }),
  ...pairs.map(({ how, atOnce, pinned }) =>
    jobs({
      name: `jobs-${atOnce}${pinned ? '-pinned' : ''}`,
      title: `jobs, ${how}`,
      atOnce,
      pinned,
      count: 40,
    }),
  ),
  spareMemory({ name: 'spare-memory', title: 'a spare that waits' }),
];
