import { setImmediate as turn } from 'node:timers/promises';
import { both, onlyForkwire } from '../helpers/cases.mjs';
import { exited, isRunning, textOf, when } from '../helpers/child.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { stop } from '../helpers/stopped.mjs';

// A signal with a handler ends blocking system calls with EINTR.

const numbers = (count) => [...Array(count).keys()];
const kilobyte = (i) => ({ i, text: `${i} `.repeat(200) });

/** Calls `storm` in each turn of the loop until `over` is settled. */
async function during(over, storm) {
  let going = true;
  void over.finally(() => (going = false));
  while (going) {
    storm();
    await turn();
  }
  return over;
}

for (const serialization of ['json', 'advanced']) {
  both(`thousands of signals at both ends lose no message, ${serialization}`, async (t, { fork }) => {
    let own = 0;
    const handler = () => own++;
    process.on('SIGURG', handler);
    t.teardown(() => process.off('SIGURG', handler));
    const child = fork('echo-under-signals.cjs', { serialization });
    const inbox = new Inbox(child);
    child.send('ready');
    await inbox.next();

    const count = 4000;
    const all = inbox.take(count);
    let sent = 0;
    let storms = 0;
    const echoes = await during(all, () => {
      // On a busy machine, a child that gets signals faster than it handles them does nothing else.
      if (++storms > 3000) return;
      for (const name of ['SIGWINCH', 'SIGUSR2', 'SIGURG']) {
        child.kill(name);
        process.kill(process.pid, 'SIGURG');
        for (let i = 0; i < 3 && sent < count; i++) child.send(kilobyte(sent++));
      }
    });
    t.deepEqual(echoes, numbers(count).map(kilobyte));
    child.send('count');
    const { signals } = await inbox.next();
    // Of several equal signals at once, the system keeps one.
    t.true(signals > 300, `${signals} signals in the child`);
    t.true(own > 300, `${own} signals here`);
  });
}

onlyForkwire(
  'signals during the flush at exit neither lose a message nor end it early',
  async (t, { fork }) => {
    const child = fork('flood-under-signals.cjs');
    await when(child, 'spawn');
    child.send(5000);
    // Nobody listens, so the child blocks in its exit while the signals arrive.
    for (let i = 0; i < 3000; i++) {
      child.kill('SIGWINCH');
      if (i % 10 === 0) await turn();
    }
    t.true(isRunning(child));
    const received = [];
    child.on('message', ({ i }) => received.push(i));
    await Promise.all([exited(child), when(child, 'disconnect')]);
    t.deepEqual(received, numbers(5000));
  },
);

onlyForkwire('signals do not postpone the deadline of the flush at exit', async (t, { fork }) => {
  const child = fork('flood-under-signals.cjs', { silent: true, flushTimeout: 300 });
  const stderr = textOf(child.stderr);
  child.on('error', ({ code }) => t.is(code, 'ERR_FORKWIRE_TRUNCATED'));
  child.send(50_000);
  // If each signal restarted the wait, it would not end while they arrive.
  const { code } = await during(exited(child), () => child.kill('SIGWINCH'));
  t.is(code, 0);
  t.regex(await stderr, /ERR_FORKWIRE_FLUSH_TIMEOUT/);
});

onlyForkwire(
  'a child that is stopped and goes on again and again loses nothing either way',
  async (t, { fork }) => {
    const child = fork('echo.cjs');
    const inbox = new Inbox(child);
    const count = 20_000;
    const all = inbox.take(count);
    const errors = [];
    for (let i = 0; i < count; i++) {
      child.send(kilobyte(i), (error) => error && errors.push(error));
      if (i % 1000 !== 0) continue;
      const resume = await stop(child);
      await turn();
      resume();
      await turn();
    }
    t.deepEqual(
      (await all).map(({ i }) => i),
      numbers(count),
    );
    t.deepEqual(errors, []);
  },
);

onlyForkwire('a child that is stopped while it flushes at its exit goes on with it', async (t, { fork }) => {
  const child = fork('flood-under-signals.cjs', { flushTimeout: 60_000 });
  await when(child, 'spawn');
  const received = [];
  child.send(20_000);
  let stops = 0;
  child.on('message', ({ i }) => received.push(i));
  const over = Promise.all([exited(child), when(child, 'disconnect')]);
  while (received.length < 20_000 && isRunning(child)) {
    const before = received.length;
    child.kill('SIGSTOP');
    stops += 1;
    await turn();
    child.kill('SIGCONT');
    while (received.length === before && isRunning(child)) await turn();
  }
  await over;
  t.true(stops > 1);
  t.deepEqual(received, numbers(20_000));
});
