import { both, onlyForkwire } from '../../helpers/cases.mjs';
import { exited, when } from '../../helpers/child.mjs';
import { Inbox } from '../../helpers/inbox.mjs';
import { SendLedger } from '../../helpers/send-ledger.mjs';
import { stop } from '../../helpers/stopped.mjs';

const kilobyte = 'x'.repeat(1024);

// In stock Node, a queued write that fails because the peer died still calls back with null.
for (const serialization of ['json', 'advanced']) {
  onlyForkwire(`settles each send once when the child is killed, ${serialization}`, async (t, { fork }) => {
    const child = fork('idle.cjs', { serialization });
    child.on('error', () => {});
    await stop(child);
    const ledger = new SendLedger();
    for (let i = 0; i < 20_000; i++) ledger.send(child, kilobyte);
    child.kill('SIGKILL');
    await Promise.all([ledger.whenAllSettled(), when(child, 'close')]);
    t.is(ledger.nulls + ledger.errors.length, 20_000);
    // Of 20 MB, a part fits into the kernel's buffers, and most does not.
    t.true(ledger.errors.length > 10_000);
    t.true(ledger.nulls > 0);
    for (const error of ledger.errors) t.true(error instanceof Error);
  });
}

onlyForkwire('the errors of a lost backlog say what failed', async (t, { fork }) => {
  const child = fork('idle.cjs');
  child.on('error', () => t.fail());
  await stop(child);
  const ledger = new SendLedger();
  ledger.send(child, 'x'.repeat(8 << 20));
  child.kill('SIGKILL');
  await ledger.whenAllSettled();
  t.is(ledger.errors.length, 1);
  t.regex(ledger.errors[0].code, /^(EPIPE|ECONNRESET|ERR_IPC_CHANNEL_CLOSED)$/);
});

onlyForkwire("a lost send without a callback is an 'error' of the ChildProcess", async (t, { fork }) => {
  const child = fork('idle.cjs');
  await stop(child);
  child.send('x'.repeat(8 << 20));
  const error = when(child, 'error');
  child.kill('SIGKILL');
  t.true((await error)[0] instanceof Error);
});

onlyForkwire('callbacks of a lost backlog come in the order of the sends', async (t, { fork }) => {
  const child = fork('idle.cjs');
  await stop(child);
  const order = [];
  const all = Array.from({ length: 500 }, (_, i) => {
    return new Promise((resolve) => child.send(kilobyte, () => resolve(order.push(i))));
  });
  child.kill('SIGKILL');
  await Promise.all(all);
  t.deepEqual(order, [...Array(500).keys()]);
});

onlyForkwire('settles each send once when the child exits while messages come', async (t, { fork }) => {
  const child = fork('exit-after-some.cjs', ['200']);
  const ledger = new SendLedger();
  child.on('error', () => {});
  for (let i = 0; i < 5000; i++) ledger.send(child, kilobyte);
  t.deepEqual(await exited(child), { code: 0, signal: null });
  await ledger.whenAllSettled();
  t.is(ledger.nulls + ledger.errors.length, 5000);
  t.true(ledger.nulls >= 200);
});

both('every callback gets null when the child takes everything', async (t, { fork }) => {
  const child = fork('count-until-end.cjs');
  const inbox = new Inbox(child);
  const ledger = new SendLedger();
  for (let i = 0; i < 3000; i++) ledger.send(child, kilobyte);
  ledger.send(child, 'end');
  t.is(await inbox.next(), 3001);
  await ledger.whenAllSettled();
  t.deepEqual([ledger.nulls, ledger.errors], [3001, []]);
});

// Stock Node drops what libuv has queued at disconnect(), and calls back with null.
onlyForkwire('a send made before disconnect() settles according to its outcome', async (t, { fork }) => {
  const child = fork('idle.cjs');
  const resume = await stop(child);
  const ledger = new SendLedger();
  for (let i = 0; i < 3000; i++) ledger.send(child, kilobyte);
  child.disconnect();
  resume();
  await ledger.whenAllSettled();
  t.deepEqual([ledger.nulls, ledger.errors], [3000, []]);
});
