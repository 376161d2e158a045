import { both, onlyForkwire } from '../../helpers/cases.mjs';
import { when } from '../../helpers/child.mjs';
import { Inbox } from '../../helpers/inbox.mjs';
import { stop } from '../../helpers/stopped.mjs';

const kilobyte = 'x'.repeat(1024);
const immediate = () => new Promise((resolve) => setImmediate(resolve));

/** Sends messages of 1 KB until send() returns false, and returns how many. */
function sendUntilFull(child, limit = 1_000_000) {
  let sent = 1;
  while (child.send(kilobyte) && sent < limit) sent++;
  return sent;
}

both('returns true while the child keeps up', async (t, { share }) => {
  const child = share('echo.cjs');
  const inbox = new Inbox(child);
  for (let i = 0; i < 20; i++) {
    t.true(child.send(i));
    t.is(await inbox.next(), i);
  }
});

both('returns false when the backlog of unsent bytes is too large', async (t, { fork }) => {
  const child = fork('idle.cjs');
  await stop(child);
  const sent = sendUntilFull(child);
  // 128 KiB, plus what the kernel's buffers hold.
  t.true(sent >= 128);
  t.true(sent < 4096);
  t.false(child.send('more'));
  t.true(child.connected);
});

both('counts bytes, not messages: one large message is enough', async (t, { fork }) => {
  const child = fork('idle.cjs');
  await stop(child);
  t.false(child.send('x'.repeat(4 << 20)));
});

both('delivers every message for which it returned false', async (t, { fork }) => {
  const child = fork('count-until-end.cjs');
  const inbox = new Inbox(child);
  const resume = await stop(child);
  const sent = sendUntilFull(child);
  for (let i = 0; i < 100; i++) t.false(child.send(kilobyte));
  child.send('end');
  resume();
  t.is(await inbox.next(), sent + 101);
});

both('returns true again once the backlog has been taken', async (t, { fork }) => {
  const child = fork('count-until-end.cjs');
  const inbox = new Inbox(child);
  const resume = await stop(child);
  sendUntilFull(child);
  child.send('end');
  resume();
  await inbox.next();
  t.true(child.send('fits'));
});

onlyForkwire("emits 'drain' once the backlog is empty after send() returned false", async (t, { fork }) => {
  const child = fork('count-until-end.cjs');
  const inbox = new Inbox(child);
  let drains = 0;
  child.on('drain', () => drains++);
  const resume = await stop(child);
  sendUntilFull(child);
  await immediate();
  t.is(drains, 0);
  const drain = when(child, 'drain');
  resume();
  t.deepEqual(await drain, []);
  t.true(child.send('end'));
  await inbox.next();
  t.is(drains, 1);
});

onlyForkwire("'drain' and callbacks come even if the child has no listener", async (t, { fork }) => {
  // It reads ahead a little, so that all of the backlog is taken and most of the socket's buffer stays full.
  const child = fork('idle.cjs');
  const resume = await stop(child);
  sendUntilFull(child);
  const drain = when(child, 'drain');
  const called = new Promise((resolve) => child.send('last', resolve));
  resume();
  await drain;
  t.is(await called, null);
});

onlyForkwire("'drain' comes once for each time the backlog was full", async (t, { fork }) => {
  const child = fork('idle.cjs');
  for (let round = 0; round < 3; round++) {
    const resume = await stop(child);
    sendUntilFull(child);
    const drain = when(child, 'drain');
    resume();
    await drain;
  }
  t.pass();
});

onlyForkwire("there is no 'drain' when send() never returned false", async (t, { share }) => {
  const child = share('echo.cjs');
  const inbox = new Inbox(child);
  child.on('drain', () => t.fail());
  for (let i = 0; i < 50; i++) {
    t.true(child.send(i));
    await inbox.next();
  }
});

onlyForkwire('highWaterMark sets, in bytes, when send() returns false', async (t, { fork }) => {
  const counts = [];
  for (const highWaterMark of [128 << 10, (128 << 10) + (1 << 20)]) {
    const child = fork('idle.cjs', { highWaterMark });
    await stop(child);
    counts.push(sendUntilFull(child));
  }
  const [small, large] = counts;
  // The kernel takes the same in both cases, so the difference is that of the marks.
  t.true(Math.abs(large - small - 1024) < 128, `${small} and ${large}`);
});

onlyForkwire("process.send() returns false, and 'drain' comes, in the child too", async (t, { fork }) => {
  for (const [highWaterMark, most] of [
    [128 << 10, 4096],
    [4 << 20, 100_000],
  ]) {
    const child = fork('send-until-full.cjs', { silent: true, highWaterMark });
    const [text] = await when(child.stdout.setEncoding('utf8'), 'data');
    const { sent } = JSON.parse(text);
    t.true(sent >= highWaterMark / 1100 && sent < most, `${sent}`);
    const inbox = new Inbox(child);
    await inbox.take(sent + 1);
    t.deepEqual(await inbox.next(), { drains: 1 });
    child.send('how many?');
    t.deepEqual(await inbox.next(), { drains: 1 });
  }
});

onlyForkwire('refuses a highWaterMark that is not a number of bytes', (t, { forkUnbound }) => {
  for (const highWaterMark of [-1, 1.5, NaN, '1', {}]) {
    const error = t.throws(() => forkUnbound('x.cjs', { highWaterMark }));
    t.regex(error.code, /^ERR_(OUT_OF_RANGE|INVALID_ARG_TYPE|INVALID_ARG_VALUE)$/);
  }
});

onlyForkwire(
  "'drain' comes when everything has been taken, even if the child reads during the flood",
  async (t, { fork }) => {
    const child = fork('count-until-end.cjs', { highWaterMark: 16 << 10 });
    const inbox = new Inbox(child);
    child.send('end');
    await inbox.next();
    // A child that gets more CPU time than its parent may keep up with a flood. Then there is no 'drain'.
    let refused = 0;
    for (let round = 0; refused < 20 && round < 200; round++) {
      let settled = 0;
      let accepted = true;
      for (let i = 0; i < 10_000; i++) accepted = child.send(kilobyte, () => settled++) && accepted;
      if (accepted) {
        while (settled < 10_000) await immediate();
        continue;
      }
      refused++;
      await when(child, 'drain');
      t.is(settled, 10_000);
      t.true(child.send('fits'));
    }
    t.true(refused > 0);
  },
);

for (const [size, count] of [
  [100, 20_000],
  [64 << 10, 400],
  [1 << 20, 40],
]) {
  for (const serialization of ['json', 'advanced']) {
    onlyForkwire(
      `a sender that waits for 'drain' gets everything across: ${size} B, ${serialization}`,
      async (t, { fork }) => {
        const child = fork('count-until-end.cjs', { serialization });
        const inbox = new Inbox(child);
        const message = 'x'.repeat(size);
        for (let i = 0; i < count; i++) if (!child.send(message)) await when(child, 'drain');
        child.send('end');
        t.is(await inbox.next(), count + 1);
      },
    );
  }
}
