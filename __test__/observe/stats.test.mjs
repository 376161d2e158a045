import { createRequire } from 'node:module';
import { setImmediate } from 'node:timers/promises';
import { once } from '../helpers/events.mjs';
import test from '../helpers/test.mjs';
import { onlyForkwire } from '../helpers/cases.mjs';
import { endWithTest, fixture, when } from '../helpers/child.mjs';
import { stockOnly } from '../helpers/implementations.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { overNodeWire } from '../helpers/node-wire.mjs';
import { connection, listening } from '../helpers/sockets.mjs';
import { killWhileBusy, stop } from '../helpers/stopped.mjs';

const HIGH_WATER_MARK = 131_072;

const onBothWires = (title, body) => {
  onlyForkwire(title, body);
  overNodeWire(title, body);
};

for (const serialization of ['json', 'advanced']) {
  onlyForkwire(`both ends count the same messages and bytes, ${serialization}`, async (t, { fork }) => {
    const child = fork('report-stats.cjs', { serialization });
    const inbox = new Inbox(child);
    for (let i = 0; i < 100; i++) child.send({ i, at: new Date(), text: 'x'.repeat(i * 10) });
    child.send('stats');
    const theirs = await inbox.next();
    const ours = child.channel.stats();
    t.is(ours.sent.messages, 101);
    t.is(theirs.received.messages, 101);
    t.true(ours.sent.bytes > 99 * 50 * 10, 'the payload is in it');
    t.is(theirs.received.bytes, ours.sent.bytes);
    t.is(ours.received.messages, 1);
    t.is(theirs.sent.messages, 0);
    t.true(ours.received.bytes > theirs.sent.bytes, 'their answer came after their count');
    for (const { sent, received } of [ours, theirs]) {
      t.like(sent, { backlog: 0, handlesInFlight: 0, requestsInFlight: 0, drains: 0, errors: 0 });
      t.like(received, { backlog: 0, handlesInFlight: 0, requestsInFlight: 0, errors: 0 });
    }
  });
}

overNodeWire('what goes over Node’s wire is counted byte by byte', async (t, { fork }) => {
  const child = fork('echo.cjs');
  const inbox = new Inbox(child);
  child.send('four');
  await inbox.next();
  const { sent, received } = child.channel.stats();
  const bytes = '"four"\n'.length;
  t.deepEqual(sent, {
    messages: 1,
    bytes,
    backlog: 0,
    handlesInFlight: 0,
    requestsInFlight: 0,
    drains: 0,
    errors: 0,
  });
  t.deepEqual(received, {
    messages: 1,
    bytes,
    backlog: 0,
    handlesInFlight: 0,
    requestsInFlight: 0,
    errors: 0,
  });
});

onBothWires(
  'the backlog counts what waits, and a drain is counted when it is emitted',
  async (t, { fork }) => {
    const child = fork('report-stats.cjs');
    const resume = await stop(child);
    let sent = 0;
    do sent++;
    while (child.send('x'.repeat(10_000)));
    const full = child.channel.stats().sent;
    t.is(full.messages, sent);
    t.true(full.backlog >= HIGH_WATER_MARK && full.backlog < HIGH_WATER_MARK + 20_000, `${full.backlog}`);
    t.true(full.bytes + full.backlog >= sent * 10_000);
    t.is(full.drains, 0);
    resume();
    await once(child, 'drain');
    const empty = child.channel.stats().sent;
    t.like(empty, { backlog: 0, drains: 1, errors: 0 });
    t.is(empty.bytes, full.bytes + full.backlog);
  },
);

onBothWires('messages that wait for a listener are the backlog of the receiver', async (t, { fork }) => {
  const child = fork('send-nothing.cjs');
  const { channel } = child;
  t.is(channel.stats().received.backlog, 0);
  const flood = fork('flood.cjs', ['3'], { silent: true });
  while (flood.channel.stats().received.backlog < 3000) await setImmediate();
  t.is(flood.channel.stats().received.messages, 0);
  await new Inbox(flood).take(3);
  t.like(flood.channel.stats().received, { messages: 3, backlog: 0 });
});

onBothWires('a handle is in flight until its receiver has answered', async (t, { fork }) => {
  const child = fork('end-sockets.cjs');
  const server = await listening(t, { pauseOnConnect: true });
  const { accepted } = await connection(t, server);
  const resume = await stop(child);
  const taken = new Promise((resolve) => child.send('a socket', accepted, resolve));
  t.is(child.channel.stats().sent.handlesInFlight, 1);
  resume();
  t.is(await taken, null);
  t.like(child.channel.stats().sent, { handlesInFlight: 0, requestsInFlight: 0, errors: 0 });
});

onlyForkwire('the handles of an array count one by one', async (t, { fork }) => {
  const child = fork('idle.cjs');
  const server = await listening(t, { pauseOnConnect: true });
  const pairs = [await connection(t, server), await connection(t, server)];
  const resume = await stop(child);
  child.send(
    'two',
    pairs.map(({ accepted }) => accepted),
    () => {},
  );
  t.is(child.channel.stats().sent.handlesInFlight, 2);
  resume();
});

onBothWires('there are as many errors as callbacks with an error', async (t, { fork }) => {
  const child = fork('report-stats.cjs');
  const { channel } = child;
  await stop(child);
  let errors = 0;
  const outcomes = [];
  for (let i = 0; i < 10_000; i++) {
    outcomes.push(
      new Promise((resolve) => {
        child.send('x'.repeat(1000), (error) => resolve(error === null || errors++));
      }),
    );
  }
  killWhileBusy(child);
  const ended = when(child, 'disconnect');
  await Promise.all(outcomes);
  await ended;
  t.true(errors > 0 && errors < 10_000, `${errors}`);
  t.like(channel.stats().sent, { messages: 10_000, errors });
  // Even for a channel that has ended.
  await new Promise((resolve) => child.send('late', resolve));
  t.is(channel.stats().sent.errors, errors + 1);
});

onlyForkwire('malformed data counts as an error of the receiver', async (t, { fork }) => {
  const child = fork('write-garbage.cjs', ['ones']);
  const { channel } = child;
  const before = new Inbox(child).next();
  const [error] = await when(child, 'error');
  t.is(error.code, 'ERR_FORKWIRE_MALFORMED');
  t.is(await before, 'before');
  t.like(channel.stats().received, { messages: 1, errors: 1 });
});

onBothWires('the counts outlive the channel', async (t, { fork }) => {
  const child = fork('echo.cjs');
  const { channel } = child;
  const inbox = new Inbox(child);
  child.send('ping');
  await inbox.next();
  const before = channel.stats();
  child.disconnect();
  await when(child, 'disconnect');
  t.is(child.channel, null);
  const after = channel.stats();
  t.is(after.sent.messages, 1);
  t.is(after.received.bytes, before.received.bytes);
  t.true(after.sent.bytes >= before.sent.bytes, 'a goodbye may have followed');
});

const stockChannel = stockOnly ? test.skip : test;
stockChannel('Node’s own channel has no stats', (t) => {
  const { fork } = createRequire(import.meta.url)('../../dist/index.js');
  process.env.FORKWIRE = 'off';
  t.teardown(() => delete process.env.FORKWIRE);
  const child = fork(fixture('idle.cjs'));
  endWithTest(t, child);
  t.is(child.wire, 'stock');
  t.is(child.channel.stats, undefined);
});
