import { copyFileSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onlyForkwire } from '../helpers/cases.mjs';
import { endWithTest, exited, fixture } from '../helpers/child.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { runProgram } from '../helpers/program.mjs';

/** Forks without requesting the native wire, and checks that messages go both ways. */
async function echoOn(t, forkUnbound, options) {
  const child = forkUnbound(fixture('echo.cjs'), options);
  endWithTest(t, child);
  const inbox = new Inbox(child);
  child.send({ hello: 'world' });
  t.deepEqual(await inbox.next(), { hello: 'world' });
  child.disconnect();
  t.deepEqual(await exited(child), { code: 0, signal: null });
  return child.wire;
}

/** On Windows, programs have this suffix. */
const program = process.platform === 'win32' ? 'node.exe' : 'node';

const folder = (t) => {
  const made = mkdtempSync(path.join(tmpdir(), 'forkwire-'));
  t.teardown(() => rmSync(made, { recursive: true }));
  return made;
};

const permission = process.allowedNodeEnvironmentFlags.has('--permission')
  ? '--permission'
  : '--experimental-permission';

for (const [why, options] of Object.entries({
  'loads no addons': { execArgv: ['--no-addons'] },
  'loads no addons, with an underscore': { execArgv: ['--no_addons'] },
  'loads no addons by NODE_OPTIONS in quotes': { env: { ...process.env, NODE_OPTIONS: '"--no-addons"' } },
  'loads no addons by NODE_OPTIONS': { env: { ...process.env, NODE_OPTIONS: '--no-addons' } },
  'has the permission model': { execArgv: [permission, '--allow-fs-read=*', '--no-warnings'] },
  'has FORKWIRE=off in its environment': { env: { ...process.env, FORKWIRE: 'off' } },
})) {
  onlyForkwire(`a child that ${why} has Node's wire, and works`, async (t, { forkUnbound }) => {
    t.is(await echoOn(t, forkUnbound, options), 'node');
  });
}

onlyForkwire(
  "a child under --watch has Node's wire, as the program it starts has",
  async (t, { forkUnbound }) => {
    const child = forkUnbound(fixture('echo.cjs'), { execArgv: ['--watch'], silent: true });
    endWithTest(t, child);
    t.is(child.wire, 'node');
    child.send('to the program');
    const inbox = new Inbox(child);
    let message;
    do message = await inbox.next();
    while (message['watch:require'] !== undefined); // Node's message for its watch mode
    t.is(message, 'to the program');
  },
);

onlyForkwire("another execPath has Node's wire", async (t, { forkUnbound }) => {
  const copy = path.join(folder(t), program);
  copyFileSync(process.execPath, copy);
  t.is(await echoOn(t, forkUnbound, { execPath: copy }), 'node');
});

onlyForkwire('the same program by another path has the native wire', async (t, { forkUnbound }) => {
  const link = path.join(folder(t), program);
  symlinkSync(process.execPath, link);
  t.is(await echoOn(t, forkUnbound, { execPath: link }), 'native');
});

onlyForkwire('an execPath that does not exist is an error, as in Node', async (t, { forkUnbound }) => {
  const child = forkUnbound(fixture('echo.cjs'), { execPath: '/no/such/node' });
  const error = await new Promise((resolve) => child.once('error', resolve));
  t.like(error, { code: 'ENOENT', path: '/no/such/node' });
});

onlyForkwire('FORKWIRE=off gives every child the stock wire', async (t, implementation) => {
  const env = { ...process.env, FORKWIRE: 'off' };
  const { code, stdout } = await runProgram(t, implementation, 'report-wire.mjs', [], { env });
  t.is(code, 0);
  t.deepEqual(JSON.parse(stdout), { wire: 'stock', message: 'm' });
});

onlyForkwire('a parent without addons forks on the stock wire', async (t, implementation) => {
  const options = { nodeArgs: ['--no-addons'] };
  const { code, stdout } = await runProgram(t, implementation, 'report-wire.mjs', [], options);
  t.is(code, 0);
  t.deepEqual(JSON.parse(stdout), { wire: 'stock', message: 'm' });
});

onlyForkwire('a parent under the permission model forks on the stock wire', async (t, implementation) => {
  const options = { nodeArgs: [permission, '--allow-fs-read=*', '--allow-child-process', '--no-warnings'] };
  const { stdout, stderr } = await runProgram(t, implementation, 'report-wire.mjs', [], options);
  t.deepEqual(JSON.parse(stdout || '{}'), { wire: 'stock', message: 'm' }, stderr);
});

onlyForkwire('FORKWIRE_DEBUG=1 says which wire a child has, and why', async (t, implementation) => {
  for (const [FORKWIRE, expected] of [
    ['', /^forkwire .* starts on the native wire: .*\.cjs$/m],
    ['off', /^forkwire .* starts on the stock wire: FORKWIRE is off$/m],
  ]) {
    const env = { ...process.env, FORKWIRE, FORKWIRE_DEBUG: '1' };
    const { stderr } = await runProgram(t, implementation, 'report-wire.mjs', [], { env });
    t.regex(stderr, expected);
  }
});

onlyForkwire('without FORKWIRE_DEBUG nothing is printed', async (t, implementation) => {
  const { stderr } = await runProgram(t, implementation, 'report-wire.mjs');
  t.is(stderr, '');
});

onlyForkwire('wire is not enumerable', (t, { fork }) => {
  const child = fork('idle.cjs');
  t.is(child.wire, 'native');
  t.false(Object.keys(child).includes('wire'));
});
