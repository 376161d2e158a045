import { readFileSync } from 'node:fs';
import test from '../helpers/test.mjs';
import { makeChart } from '../../bench/report/chart.mjs';

const read = (name) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');

test('the picture of the README shows the figures of the performance page', (t) => {
  t.is(read('docs/chart.svg'), makeChart(read('docs/performance.md')));
});

test('the picture is self-contained, and has a text alternative', (t) => {
  const picture = read('docs/chart.svg');
  t.notRegex(picture, /href|url\(|NaN|undefined/);
  t.regex(picture, /aria-label="[^"]{100,}"/);
});

test('the README shows it on its first screen', (t) => {
  t.true(read('README.md').split('\n').slice(0, 60).join('\n').includes('](docs/chart.svg)'));
});
