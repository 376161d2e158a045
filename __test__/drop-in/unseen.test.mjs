import { readFileSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/lib/paths.mjs';
import { temporaryFolder } from '../helpers/cli.mjs';
import { loading, runRegistered } from '../helpers/registered.mjs';
import test from '../helpers/test.mjs';

/** A module without anything in it. */
const NOTHING = 'data:text/javascript,';
const nothing = { '--import': ['--import', NOTHING], '--require': [] };
const quiet = { FORKWIRE_DEBUG: '' };

for (const [way, load] of Object.entries(loading)) {
  for (const serialization of ['json', 'advanced']) {
    test(`${way}, ${serialization}: a program and its child find no module of forkwire`, async (t) => {
      const stock = await runRegistered(t, 'unseen.cjs', [serialization], { load: [], env: quiet });
      const { report, stderr } = await runRegistered(t, 'unseen.cjs', [serialization], { load, env: quiet });
      t.deepEqual(report, stock.report);
      t.is(stderr, '');
    });
  }

  test(`${way}: a child under node --watch reports the modules that it would report without`, async (t) => {
    const env = { ...quiet, WATCH_REPORT_DEPENDENCIES: 'true' };
    // An --import of any kind makes Node load the program itself as a module.
    const stock = await runRegistered(t, 'unseen.cjs', ['json'], { load: nothing[way], env });
    const { report } = await runRegistered(t, 'unseen.cjs', ['json'], { load, env });
    t.true(stock.report.messages.length > 1);
    const expected = stock.report.messages.filter((message) => message['watch:import']?.[0] !== NOTHING);
    t.deepEqual(report.messages, expected);
  });

  test(`${way}: a coverage report has only the program's own files`, async (t) => {
    const folder = temporaryFolder(t);
    await runRegistered(t, 'unseen.cjs', ['json'], { load, env: { ...quiet, NODE_V8_COVERAGE: folder } });
    const reports = readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
    t.is(reports.length, 2);
    for (const { result } of reports) {
      const urls = result.map(({ url }) => url).filter((url) => url.startsWith('file:'));
      t.true(urls.some((url) => url.endsWith('/unseen.cjs')));
      t.deepEqual(
        urls.filter((url) => /\/dist\/(?!register\.mjs$)/.test(url)),
        [],
      );
    }
  });
}

for (const [parent, child] of [
  [['--preserve-symlinks'], ''],
  [['--preserve-symlinks'], '--preserve-symlinks'],
  [[], '--preserve-symlinks'],
]) {
  test(`a linked package, ${parent[0] ?? 'plain'} above ${child || 'plain'}: execArgv is the program's own`, async (t) => {
    const folder = temporaryFolder(t);
    symlinkSync(root, join(folder, 'forkwire'), 'junction');
    const load = [...parent, '--require', join(folder, 'forkwire', 'dist', 'register.js')];
    const { report, wires } = await runRegistered(t, 'exec-argv.cjs', child === '' ? [] : [child], { load });
    t.deepEqual(report, { execArgv: child === '' ? [] : [child], preloads: [] });
    t.is(wires[0].wire, 'native');
  });
}

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('a program without children loads neither the addon nor the channels', async (t) => {
  const { report } = await runRegistered(t, 'mapped-files.cjs', [], { env: quiet });
  t.deepEqual(report, { addons: [] });
});
