import { copyFileSync, cpSync } from 'node:fs';
import { join } from 'node:path';
import test from '../helpers/test.mjs';
import { forkwireCommand, temporaryFolder } from '../helpers/cli.mjs';
import { root } from '../../scripts/lib/paths.mjs';

const ESCAPE = '\x1b';

/** The report, and its checks by name. */
async function examine(t, options) {
  const { code, stdout, stderr } = await forkwireCommand(t, ['doctor', '--json'], options);
  t.is(stderr, '');
  const report = JSON.parse(stdout);
  return { code, report, by: Object.fromEntries(report.checks.map((check) => [check.name, check])) };
}

test('where everything works, each part is checked and the exit code is 0', async (t) => {
  const { code, report, by } = await examine(t);
  t.is(code, 0, JSON.stringify(report, null, 1));
  t.true(report.ok);
  for (const name of ['runtime', 'addon', 'wire', 'start', 'messages', 'socket', 'exit']) {
    t.is(by[name]?.status, 'ok', `${name}: ${by[name]?.text}`);
  }
  t.is(by.runtime.data.version, process.versions.node);
  t.is(by.wire.data.wire, 'native');
  t.true(by.addon.data.file.endsWith('.node'));
  t.deepEqual(by.exit.data, { sent: 1000, came: 1000 });
  const limits = ['memory', 'processors', ...(process.platform === 'win32' ? [] : ['descriptors'])];
  for (const name of limits) t.truthy(by[name], name);
});

test('the output for people has one line per part, and no colours without a terminal', async (t) => {
  const { code, stdout } = await forkwireCommand(t, ['doctor']);
  t.is(code, 0, stdout);
  t.regex(stdout, /^ok +runtime +Node \d/m);
  t.regex(stdout, /^ok +socket +\w/m);
  t.regex(stdout, /^forkwire works here.*\.$/m);
  t.false(stdout.includes(ESCAPE));
});

test('a wire that is not the native one is noted, with the reason', async (t) => {
  const { code, by } = await examine(t, { env: { FORKWIRE: 'off' } });
  t.is(code, 0);
  t.is(by.wire.status, 'note');
  t.deepEqual(by.wire.data, { wire: 'stock', why: 'FORKWIRE is off' });
  t.is(by.socket.status, 'ok');
  t.regex(by.environment.text, /FORKWIRE=off/);
  const { stdout } = await forkwireCommand(t, ['doctor'], { env: { FORKWIRE: 'off' } });
  t.regex(stdout, /^fork\(\) works here, by the runtime's own channel/m);
});

test('NODE_OPTIONS that keep children from loading the addon are noted', async (t) => {
  const { code, by } = await examine(t, { env: { NODE_OPTIONS: '--no-addons' } });
  t.is(by.wire.status, 'note', JSON.stringify(by));
  t.is(by.start.status, 'ok');
  t.is(by.addon.status, 'note');
  t.is(code, 0);
});

test('without the addon the exit code is 1, and the output names what is missing and the remedy', async (t) => {
  const folder = temporaryFolder(t);
  cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
  for (const file of ['index.js', 'package.json']) copyFileSync(join(root, file), join(folder, file));
  const file = join(folder, 'dist', 'cli.js');
  const { code, report, by } = await examine(t, { file });
  t.is(code, 1);
  t.false(report.ok);
  t.is(by.addon.status, 'bad');
  t.regex(by.addon.text, /^no addon for .* is not installed/);
  t.regex(by.addon.advice[0], /optional dependencies/);
  t.is(by.wire.status, 'bad');
  t.is(by.start, undefined);
  const { stdout } = await forkwireCommand(t, ['doctor'], { file });
  t.regex(stdout, /^bad +addon[^]*^2 things are wrong/m);
});
