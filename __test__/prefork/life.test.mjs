// Spares begin, wait and end without anybody noticing.
import { AsyncLocalStorage } from 'node:async_hooks';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closed, endWithTest, exited, fixture, textOf, when } from '../helpers/child.mjs';
import { settledSockets, untilSockets } from '../helpers/descriptors.mjs';
import { once } from '../helpers/events.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { implementations } from '../helpers/implementations.mjs';
import { declare as test, poolFor } from '../helpers/prefork.mjs';
import { reportOf, runProgram } from '../helpers/program.mjs';

const [forkwire] = implementations;

async function scratch(t, files) {
  const folder = mkdtempSync(join(tmpdir(), 'forkwire-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

test('a spare is used once, and replaced', async (t) => {
  const pool = poolFor(t, { count: 2 });
  const pids = new Set();
  for (let i = 0; i < 5; i++) {
    const child = await pool.warm('exit-at-once.cjs');
    pids.add(child.pid);
    await closed(child);
  }
  t.is(pids.size, 5);
  await pool.ready();
  const { waiting, starting, warm, cold, lost } = pool.workers.stats();
  t.deepEqual(
    { waiting, starting, warm, cold, lost },
    { waiting: 2, starting: 0, warm: 5, cold: 0, lost: 0 },
  );
});

test('what is sent both ways arrives', async (t) => {
  const pool = poolFor(t);
  const child = await pool.warm('echo.cjs');
  const inbox = new Inbox(child);
  child.send('at once');
  t.is(await inbox.next(), 'at once');
  child.disconnect();
  t.deepEqual(await closed(child), { code: 0, signal: null });
});

test('a spare that dies while it waits is replaced', async (t) => {
  const report = await reportOf(t, forkwire, 'kill-spares.mjs');
  t.deepEqual(report, { answer: 'answered', lost: 1, lastLoss: 'it ended with SIGKILL', warm: 1, cold: 0 });
});

test('a spare that dies before this process notices is passed over', async (t) => {
  const report = await reportOf(t, forkwire, 'kill-spares.mjs', ['at once']);
  t.is(report.answer, 'answered');
  t.is(report.cold, 1);
});

test('a child that is killed in the moment of its start is a child that died', async (t) => {
  const pool = poolFor(t);
  const child = await pool.warm('echo.cjs');
  const events = [];
  for (const name of ['spawn', 'exit', 'disconnect', 'close']) child.on(name, () => events.push(name));
  child.on('error', () => {});
  const outcomes = Array.from({ length: 10 }, () => new Promise((resolve) => child.send('lost', resolve)));
  child.kill('SIGKILL');
  const end = await closed(child);
  t.deepEqual(end, { code: null, signal: 'SIGKILL' });
  t.is((await Promise.all(outcomes)).length, 10);
  t.deepEqual(events.toSorted?.() ?? [...events].sort(), ['close', 'disconnect', 'exit', 'spawn']);
  t.is(events.at(-1), 'close');
});

test('modules of preload are there, and run once', async (t) => {
  const folder = await scratch(t, {
    'heavy.cjs':
      'globalThis.loaded = (globalThis.loaded ?? 0) + 1; exports.seen = [process.argv.length, typeof process.send];',
    'light.mjs': 'globalThis.light = import.meta.url;',
    'main.cjs':
      'process.send([require("./heavy.cjs").seen, globalThis.loaded, globalThis.light !== undefined]);',
  });
  const pool = poolFor(t, { preload: [join(folder, 'heavy.cjs'), './light.mjs'], cwd: folder });
  await pool.ready();
  const child = pool.workers.fork(join(folder, 'main.cjs'));
  t.deepEqual(await new Inbox(child).next(), [[2, 'undefined'], 1, true]);
  t.is(pool.workers.stats().warm, 1);
  await closed(child);
});

test('what preloaded modules add to the environment stays', async (t) => {
  const folder = await scratch(t, {
    'adds.cjs': 'process.env.ADDED = "1"; process.env.CHANGED = "by the module";',
  });
  const pool = poolFor(t, { preload: [join(folder, 'adds.cjs')] });
  const child = await pool.warm('report-start.cjs', { env: { ...process.env, CHANGED: 'by fork()' } });
  const { env } = await new Inbox(child).next();
  t.deepEqual([env.ADDED, env.CHANGED], ['1', 'by fork()']);
});

test('a preload that throws leaves ordinary children, and is reported', async (t) => {
  const folder = await scratch(t, { 'throws.cjs': 'throw new Error("not today")' });
  const pool = poolFor(t, { preload: [join(folder, 'throws.cjs')], silent: true });
  await t.throwsAsync(pool.ready(), {
    code: 'ERR_FORKWIRE_NO_SPARE',
    message: /^A spare process could not be started: .*throws\.cjs cannot be preloaded: Error: not today\n/,
  });
  const { waiting, lost, lastLoss } = pool.workers.stats();
  t.deepEqual([waiting, lost], [0, 1]);
  t.regex(lastLoss, /throws\.cjs cannot be preloaded: Error: not today\n/);
  const child = pool.fork('echo.cjs');
  child.send('x');
  t.is(await new Inbox(child).next(), 'x');
});

test('ready() is fulfilled again once the preload can be loaded', async (t) => {
  const folder = await scratch(t, { 'mended.cjs': 'throw new Error("not yet")' });
  const pool = poolFor(t, { preload: [join(folder, 'mended.cjs')], silent: true });
  await t.throwsAsync(pool.ready(), { code: 'ERR_FORKWIRE_NO_SPARE' });
  writeFileSync(join(folder, 'mended.cjs'), '');
  while (pool.workers.stats().waiting === 0) await new Promise((resolve) => setImmediate(resolve));
  await pool.ready();
  t.is(pool.workers.stats().waiting, 1);
});

for (const option of ['--require', '--import']) {
  test(`a module of ${option} that preload names too is loaded before the wait, and once`, async (t) => {
    const folder = await scratch(t, {
      'loader.cjs':
        'globalThis.seen = [(globalThis.seen?.[0] ?? 0) + 1, process.argv.length, typeof process.send];',
      'main.cjs': 'process.send(globalThis.seen);',
    });
    const loader = join(folder, 'loader.cjs');
    const early = poolFor(t, { execArgv: [option, loader], preload: [loader] });
    await early.ready();
    t.deepEqual(await new Inbox(early.workers.fork(join(folder, 'main.cjs'), ['a'])).next(), [
      1,
      2,
      'undefined',
    ]);
    const late = poolFor(t, { execArgv: [option, loader] });
    await late.ready();
    t.deepEqual(await new Inbox(late.workers.fork(join(folder, 'main.cjs'), ['a'])).next(), [
      1,
      3,
      'function',
    ]);
    t.is(early.workers.stats().warm + late.workers.stats().warm, 2);
  });
}

for (const end of ['exit', 'SIGKILL']) {
  test(`a child with endWithParent is a spare, and ends after its parent's ${end}`, async (t) => {
    const { stdout } = await runProgram(t, forkwire, 'leave-warm-child.mjs', [end]);
    // The child has this stdout too, so it has ended.
    t.is(stdout, 'from a spare');
  });
}

test('a child with endWithParent that was a spare shows in neither stdio, and costs no descriptor after its exit', async (t) => {
  const pool = poolFor(t);
  await pool.ready();
  const before = await settledSockets(process.pid);
  const child = await pool.warm('idle.cjs', [], { endWithParent: true });
  t.is(child.stdio.length, 4);
  child.kill('SIGKILL');
  await closed(child);
  await pool.ready();
  await untilSockets(process.pid, before);
});

test('an execPath that is not there leaves it to Node to say so', async (t) => {
  const pool = poolFor(t);
  const child = pool.fork('idle.cjs', { execPath: fixture('no-such-node') });
  const [error] = await when(child, 'error');
  t.is(error.code, 'ENOENT');
});

test('close() ends the spares, and leaves the children', async (t) => {
  const pool = poolFor(t, { count: 2 });
  const child = await pool.warm('echo.cjs');
  await pool.ready();
  await pool.workers.close();
  const { waiting, starting } = pool.workers.stats();
  t.deepEqual([waiting, starting], [0, 0]);
  child.send('alive');
  t.is(await new Inbox(child).next(), 'alive');
  const later = pool.fork('exit-at-once.cjs');
  t.deepEqual(await exited(later), { code: 0, signal: null });
  t.is(pool.workers.stats().reasons['the pool is closed'], 1);
  await pool.workers.close();
});

test('close() ends a spare that is still being started, and waits for no preload', async (t) => {
  const folder = await scratch(t, { 'hangs.cjs': 'for (;;);' });
  const pool = poolFor(t, { preload: [join(folder, 'hangs.cjs')] });
  while (pool.workers.stats().starting === 0) await new Promise((resolve) => setImmediate(resolve));
  await pool.workers.close();
  t.is(pool.workers.stats().starting, 0);
});

test('Symbol.asyncDispose closes', async (t) => {
  const pool = poolFor(t);
  await pool.ready();
  await pool.workers[Symbol.asyncDispose]();
  t.is(pool.workers.stats().waiting, 0);
});

test('spares do not keep their parent alive, and end with it', async (t) => {
  const { code, stdout } = await runProgram(t, forkwire, 'leave-spares.mjs');
  t.is(code, 0);
  // The end of stdout means that no process has it any more: the spares inherit it.
  t.is(stdout, 'ready');
});

test('spares end when their parent is killed', async (t) => {
  const { signal, stdout } = await runProgram(t, forkwire, 'leave-spares.mjs', ['kill']);
  t.is(signal, 'SIGKILL');
  t.is(stdout, 'ready');
});

test('no descriptor of the pool is left here, in a child, or in its children', async (t) => {
  const pool = poolFor(t);
  await closed(await pool.warm('exit-at-once.cjs'));
  await pool.ready();
  const before = await settledSockets(process.pid);
  for (let i = 0; i < 10; i++) await closed(await pool.warm('exit-at-once.cjs'));
  await pool.ready();
  await untilSockets(process.pid, before);

  const cold = forkwire.fork(fixture('count-inherited-sockets.cjs'));
  endWithTest(t, cold);
  const warm = await pool.warm('count-inherited-sockets.cjs');
  const [expected, actual] = await Promise.all([cold, warm].map((child) => new Inbox(child).next()));
  t.deepEqual(actual, expected);
});

test('events of a child are emitted in the async context of its fork()', async (t) => {
  const store = new AsyncLocalStorage();
  const pool = poolFor(t, { silent: true });
  await pool.ready();
  const seen = {};
  const child = await store.run('this one', () => pool.warm('print-and-send.cjs'));
  for (const name of ['message', 'exit', 'close']) child.once(name, () => (seen[name] = store.getStore()));
  child.stdout.once('data', () => (seen.data = store.getStore()));
  await closed(child);
  t.deepEqual(seen, { message: 'this one', data: 'this one', exit: 'this one', close: 'this one' });
});

test("'close' is emitted in that context too when a stream of the child ends last", async (t) => {
  const store = new AsyncLocalStorage();
  const pool = poolFor(t, { silent: true });
  await pool.ready();
  const seen = {};
  const child = await store.run('this one', () => pool.warm('leave-grandchild.cjs'));
  child.once('close', () => (seen.child = store.getStore()));
  child.stdout.resume().once('close', () => (seen.stdout = store.getStore()));
  await once(child, 'exit');
  if (child.connected) await once(child, 'disconnect');
  const ended = closed(child);
  child.stdin.end();
  await ended;
  t.deepEqual(seen, { child: 'this one', stdout: 'this one' });
});

test('signal and timeout end a child as those of an ordinary one', async (t) => {
  const pool = poolFor(t);
  const controller = new AbortController();
  const aborted = await pool.warm('idle.cjs', { signal: controller.signal });
  const error = when(aborted, 'error');
  controller.abort('because');
  const [{ name, code, message, cause }] = await error;
  t.deepEqual(
    [name, code, message, cause],
    ['AbortError', 'ABORT_ERR', 'The operation was aborted', 'because'],
  );
  t.deepEqual(await exited(aborted), { code: null, signal: 'SIGTERM' });

  const late = await pool.warm('idle.cjs', { signal: AbortSignal.abort() });
  t.is((await when(late, 'error'))[0].name, 'AbortError');

  const slow = await pool.warm('idle.cjs', { timeout: 5, killSignal: 'SIGKILL' });
  t.deepEqual(await exited(slow), { code: null, signal: 'SIGKILL' });
});

test('arguments larger than a socket takes at once arrive', async (t) => {
  const pool = poolFor(t);
  const large = Array.from({ length: 20 }, (_, i) => String(i).repeat(60_000));
  const child = await pool.warm('report-start.cjs', large);
  t.deepEqual((await new Inbox(child).next()).args, large);
});

test('FORKWIRE_DEBUG gives the reasons', async (t) => {
  const env = { ...process.env, FORKWIRE_DEBUG: '1' };
  const { stderr } = await runProgram(t, forkwire, 'kill-spares.mjs', [], { env });
  t.regex(stderr, /prefork: a spare was lost: it ended with SIGKILL/);
  t.regex(stderr, /starts on the native wire: .*echo\.cjs, by a spare process/);
  t.regex(stderr, /child of \d+ .*: starts on the native wire: .*echo\.cjs/);
});

test('what a child prints is that of a stream of this process', async (t) => {
  const pool = poolFor(t, { silent: true });
  const child = await pool.warm('speak-on-stdio.cjs');
  child.stdin.end('in');
  t.is(await textOf(child.stdout), 'on stdout');
});
