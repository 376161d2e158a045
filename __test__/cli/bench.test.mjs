import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from '../helpers/test.mjs';
import { forkwireCommand, temporaryFolder } from '../helpers/cli.mjs';

test.beforeEach((t) => t.timeout(90_000));

test('it prints a table, and writes a page and the measurements to the given files', async (t) => {
  const cwd = temporaryFolder(t);
  const args = ['bench', '--quick', '--only', 'start-up', '--json', 'out/it.json', '--html', 'it.html'];
  const { code, stdout, stderr } = await forkwireCommand(t, args, { cwd });
  t.is(code, 0, stderr);
  t.regex(stdout, /^fork to first reply +ms .*x +\([\d.]+-[\d.]+\)$/m);
  const json = join(cwd, 'out', 'it.json');
  const html = join(cwd, 'it.html');
  t.true(stdout.endsWith(`written: ${html} and ${json}\n`), stdout);
  const report = JSON.parse(readFileSync(json, 'utf8'));
  t.deepEqual(
    report.contestants.map(({ implementation }) => implementation),
    ['stock', 'forkwire'],
  );
  t.true(report.cases[0].rows[0].ratio.median > 0);
  const page = readFileSync(html, 'utf8');
  t.true(page.startsWith('<!doctype html>') && page.includes('<svg'));
  t.notRegex(page, /(src|href)=/, 'it needs nothing else');
});

test('mistakes are reported before anything is measured', async (t) => {
  const cwd = temporaryFolder(t);
  for (const [args, words] of [
    [['--only', 'start-up,nothing'], /^forkwire: unknown case nothing; the cases are json-100b-flood, /],
    [['--rounds', '0'], /^forkwire: --rounds 0: not a whole number from 1\n$/],
  ]) {
    const { code, stdout, stderr } = await forkwireCommand(t, ['bench', ...args], { cwd });
    t.deepEqual({ code, stdout }, { code: 2, stdout: '' });
    t.regex(stderr, words);
  }
  t.false(existsSync(join(cwd, 'forkwire-bench.html')));
});

test('--help lists every case with its title in one column', async (t) => {
  const { stdout } = await forkwireCommand(t, ['bench', '--help']);
  const cases = stdout.split('\ncases:\n')[1].trimEnd().split('\n');
  const columns = cases.map((line) => /^ {2}\S+ +/.exec(line)?.[0].length);
  t.true(cases.length > 20);
  t.deepEqual([...new Set(columns)], [columns[0]], stdout);
});
