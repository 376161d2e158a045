import { spawn } from 'node:child_process';
import { onlyForkwire } from '../helpers/cases.mjs';
import { exited, fixture, textOf, when } from '../helpers/child.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { overNodeWire } from '../helpers/node-wire.mjs';
import { stop } from '../helpers/stopped.mjs';
import { waitingFor } from '../helpers/waits.mjs';

/** Milliseconds: longer than it takes to notice that a signal has ended a child. */
const SOME = 1000;

const dispose = (child) => waitingFor('the end of a child', child[Symbol.asyncDispose]());

onlyForkwire('disposing of a child writes what was sent, and waits for its exit', async (t, { fork }) => {
  const child = fork('count-until-disconnect.cjs', { silent: true });
  child.on('error', t.fail);
  const output = textOf(child.stdout);
  const text = 'x'.repeat(1000);
  for (let i = 0; i < 3000; i++) child.send({ i, text });
  await dispose(child);
  t.deepEqual([child.exitCode, child.signalCode], [0, null]);
  t.deepEqual(JSON.parse(await output), { count: 3000, bytes: 3_000_000 });
});

overNodeWire('disposing of a child waits for its exit', async (t, { fork }) => {
  const child = fork('idle.cjs');
  child.on('error', t.fail);
  await dispose(child);
  t.deepEqual([child.exitCode, child.signalCode], [0, null]);
});

onlyForkwire('a child that does not end after the disconnect gets SIGTERM', async (t, { fork }) => {
  const child = fork('stay.cjs', { graceMs: SOME });
  await new Inbox(child).next();
  child.on('error', t.fail);
  await dispose(child);
  t.is(child.signalCode, 'SIGTERM');
});

onlyForkwire('killSignal takes the place of SIGTERM', async (t, { fork }) => {
  const child = fork('stay.cjs', { graceMs: SOME, killSignal: 'SIGINT' });
  await new Inbox(child).next();
  await dispose(child);
  t.is(child.signalCode, 'SIGINT');
});

onlyForkwire('a child that ignores SIGTERM gets SIGKILL', async (t, { fork }) => {
  const child = fork('stay.cjs', ['ignore'], { graceMs: 1 });
  await new Inbox(child).next();
  child.on('error', t.fail);
  await dispose(child);
  t.is(child.signalCode, 'SIGKILL');
});

onlyForkwire('a stopped child is killed', async (t, { fork }) => {
  const child = fork('echo.cjs', { graceMs: 1 });
  await stop(child);
  child.send('x'.repeat(5_000_000), () => {});
  await dispose(child);
  t.is(child.signalCode, 'SIGKILL');
});

onlyForkwire('disposing twice is disposing once', async (t, { fork }) => {
  const child = fork('idle.cjs');
  child.on('error', t.fail);
  let exits = 0;
  child.on('exit', () => exits++);
  const first = child[Symbol.asyncDispose]();
  t.is(child[Symbol.asyncDispose](), first);
  await dispose(child);
  t.is(exits, 1);
  await dispose(child);
});

onlyForkwire(
  'a child that has exited, or never started, is disposed of at once',
  async (t, { fork, forkUnbound }) => {
    const gone = fork('exit-at-once.cjs');
    await exited(gone);
    await dispose(gone);
    const none = forkUnbound(fixture('idle.cjs'), { cwd: '/nowhere/at/all' });
    const [error] = await when(none, 'error');
    t.is(error.code, 'ENOENT');
    await dispose(none);
  },
);

onlyForkwire('the member is not enumerable, and Node keeps its own for `using`', (t, { fork }) => {
  const child = fork('idle.cjs');
  t.false(Object.keys(child).includes(Symbol.asyncDispose));
  t.false(Object.getOwnPropertyDescriptor(child, Symbol.asyncDispose).enumerable);
  t.is(child[Symbol.dispose], spawn(process.execPath, ['--version'])[Symbol.dispose]);
});

onlyForkwire('an invalid graceMs is refused', (t, { forkUnbound }) => {
  const start = (graceMs) => () => forkUnbound(fixture('idle.cjs'), { graceMs });
  t.throws(start('1'), { code: 'ERR_INVALID_ARG_TYPE', message: /"options\.graceMs"/ });
  for (const value of [-1, 1.5, 2 ** 32]) t.throws(start(value), { code: 'ERR_OUT_OF_RANGE' });
});
