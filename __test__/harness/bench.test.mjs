import { bestPeer } from '../../bench/lib/best.mjs';
import { callers } from '../../bench/lib/callers.mjs';
import { fill, isMarked, mark } from '../../bench/lib/marked.mjs';
import { measureCase } from '../../bench/lib/rounds.mjs';
import { topics } from '../../bench/lib/topics.mjs';
import { cases } from '../../bench/cases/index.mjs';
import { makeTable } from '../../bench/report/markdown.mjs';
import test from '../helpers/test.mjs';

const contestant = (name) => ({
  name,
  label: name,
  implementation: name,
  command: [process.execPath],
  env: {},
});

test('each topic compares forkwire, as the second, with what its cases name', (t) => {
  for (const [topic, { contestants }] of Object.entries(topics)) {
    const names = Object.keys(contestants);
    t.deepEqual(names.slice(0, 2), ['stock', 'forkwire']);
    for (const { name, only = names } of cases.filter((one) => one.topic === topic)) {
      t.deepEqual(
        only.filter((one) => !names.includes(one)),
        [],
        name,
      );
    }
  }
  t.deepEqual(Object.keys(callers).toSorted(), Object.keys(topics.requests.contestants).toSorted());
});

test('a request is measured in a process and in a thread', async (t) => {
  const contestants = ['stock', 'forkwire', 'forkwire-send', 'threads'].map(contestant);
  const one = cases.find(({ name }) => name === 'request-64');
  const { samples, failures, blanks } = await measureCase(one, { rounds: 1, quick: true, contestants });
  t.deepEqual([failures, blanks], [[], []]);
  for (const [rate] of samples.rate) t.true(rate > 0);
});

test('a case whose time is over is measured once', async (t) => {
  const contestants = ['threads', 'memcpy'].map(contestant);
  const one = cases.find(({ name }) => name === 'wake-up');
  const { samples } = await measureCase(one, { rounds: 9, quick: true, contestants, until: 0 });
  t.is(samples.blocking[0].length, 1);
});

test('who does not take part in a case has no value, and is not reported', async (t) => {
  const contestants = ['threads', 'memcpy'].map(contestant);
  const one = cases.find(({ name }) => name === 'wake-up');
  const { samples, failures, blanks } = await measureCase(one, { rounds: 1, quick: true, contestants });
  t.deepEqual([failures, blanks], [[], []]);
  t.true(samples.blocking[0][0] > 0);
  t.deepEqual(samples.blocking[1], [NaN]);
});

test('the best peer never uses forkwire itself', (t) => {
  const contestants = ['stock', 'forkwire', 'forkwire-send', 'threads'].map(contestant);
  const { contestant: best, ratio } = bestPeer([[8], [4], [1], [2]], contestants, 'lower');
  t.deepEqual([best.name, ratio], ['threads', 0.5]);
  t.is(bestPeer([[8], [NaN], [1], [2]], contestants, 'lower'), undefined);
});

test('bytes that are not those of their message are noticed', (t) => {
  const bytes = Buffer.alloc(64);
  fill(bytes);
  mark(bytes, 7);
  t.true(isMarked(bytes, 7, true));
  t.false(isMarked(bytes, 8, false));
  bytes[30] = 255;
  t.true(isMarked(bytes, 7, false));
  t.false(isMarked(bytes, 7, true));
});

test('the table of a topic has a column for each of its contestants', (t) => {
  const row = (median) => ({ median });
  const table = makeTable({
    machine: { date: '2026-01-01T00:00', cpus: 2, cpu: 'x', platform: 'y', kernel: 'z' },
    rounds: 1,
    contestants: [{ label: 'a' }, { label: 'b' }],
    pinned: 'taskset -c 0',
    cases: [{ title: 'one', rows: [{ unit: 'us', sides: [row(2), row(null)], ratio: row(null) }] }],
  });
  t.deepEqual(table.split('\n').slice(2), [
    '| case | unit | a | b | ratio | to the best peer |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    '| one | us | 2 | - | - | - |',
  ]);
});
