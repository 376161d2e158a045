import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import test from '../helpers/test.mjs';
import { onlyForkwire } from '../helpers/cases.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { stockOnly } from '../helpers/implementations.mjs';

const require = createRequire(import.meta.url);
const forkwireTest = stockOnly ? test.skip : test;

forkwireTest('import and require give the same fork', async (t) => {
  const imported = await import('forkwire');
  t.is(imported.fork, require('forkwire').fork);
  t.is(imported.fork, require('../../dist/index.js').fork);
});

forkwireTest('the ES module has the names that the CommonJS module has', async (t) => {
  const names = Object.keys(await import('forkwire')).filter(
    (name) => name !== 'default' && name !== 'module.exports',
  );
  t.deepEqual(names.sort(), Object.keys(require('forkwire')).sort());
});

forkwireTest('functions have the names that they are exported by', (t) => {
  for (const [name, value] of Object.entries(require('forkwire')))
    if (/^[a-z]/.test(name)) t.is(value.name, name);
});

forkwireTest('package.json can be required', (t) => {
  t.is(require('forkwire/package.json').name, 'forkwire');
});

forkwireTest('inner files cannot be reached', async (t) => {
  await t.throwsAsync(import('forkwire/dist/preload.js'), { code: 'ERR_PACKAGE_PATH_NOT_EXPORTED' });
});

forkwireTest('forkwire/child has no channel in a process that was not forked by it', (t) => {
  const { execFileSync } = require('node:child_process');
  const file = fileURLToPath(new URL('../fixtures/print-channel.cjs', import.meta.url));
  t.is(execFileSync(process.execPath, [file], { encoding: 'utf8' }), 'undefined');
});

for (const name of ['use-child-import.cjs', 'use-child-import.mjs']) {
  onlyForkwire(`a child talks through forkwire/child, ${name}`, async (t, { fork }) => {
    const child = fork(name);
    const inbox = new Inbox(child);
    t.deepEqual(await inbox.next(), {
      connected: true,
      fd: process.platform === 'win32' ? -1 : 3,
      same: true,
    });
    child.send('hello');
    t.deepEqual(await inbox.next(), { heard: 'hello' });
    child.send('leave');
    t.deepEqual(await inbox.next(), { heard: 'leave' });
    await new Promise((resolve) => child.once('disconnect', resolve));
    t.false(child.connected);
  });
}
