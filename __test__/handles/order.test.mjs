import { both, onlyForkwire } from '../helpers/cases.mjs';
import { when } from '../helpers/child.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { connection, listening } from '../helpers/sockets.mjs';
import { stop } from '../helpers/stopped.mjs';

const numbers = (count) => [...Array(count).keys()];

const internal = (child, cmd) =>
  new Promise((resolve) => child.on('internalMessage', (message) => message.cmd === cmd && resolve()));

/** `count` accepted connections. */
async function connections(t, count) {
  const server = await listening(t, { pauseOnConnect: true });
  const all = [];
  for (let i = 0; i < count; i++) all.push(await connection(t, server));
  return all;
}

for (const serialization of ['json', 'advanced']) {
  both(`handles and messages keep their order, ${serialization}`, async (t, { share }) => {
    const child = share('report-handle.cjs', { serialization });
    const inbox = new Inbox(child);
    const all = await connections(t, 30);
    const expected = [];
    for (const [i, { accepted }] of all.entries()) {
      child.send({ i }, accepted);
      expected.push({ message: { i }, handle: 'Socket', count: 1 });
      for (let j = 0; j < i % 4; j++) {
        child.send({ i, j });
        expected.push({ message: { i, j }, handle: 'undefined', count: 0 });
      }
    }
    t.deepEqual(await inbox.take(expected.length), expected);
  });
}

both('each message gets the handle that was sent with it', async (t, { share }) => {
  const child = share('report-ports.cjs');
  const inbox = new Inbox(child);
  const all = await connections(t, 40);
  const ports = all.map(({ client }) => client.localPort);
  const text = 'x'.repeat(70_000);
  // With large messages between them, so that a descriptor may arrive long before the end of its message.
  for (const [i, { accepted }] of all.entries()) {
    child.send({ i, port: ports[i], text: i % 3 === 0 ? text : '' }, accepted);
    if (i % 5 === 0) child.send({ filler: text });
  }
  const reports = await inbox.take(40);
  t.deepEqual(
    reports,
    ports.map((port, i) => ({ i, port, remotePort: port })),
  );
});

both('both sides send handles at the same time', async (t, { share }) => {
  const child = share('return-socket.cjs');
  const inbox = new Inbox(child);
  const all = await connections(t, 60);
  const ports = all.map(({ client }) => client.localPort);
  for (const [i, { accepted }] of all.entries()) child.send(i, accepted);
  for (const i of numbers(60)) {
    const { message, handle } = await inbox.nextWithHandle();
    t.is(message, i);
    t.is(handle.remotePort, ports[i]);
    handle.destroy();
  }
});

// Stock Node holds everything back until the child has acknowledged the handle.
onlyForkwire('messages after a handle do not wait for the child to take it', async (t, { fork }) => {
  const child = fork('report-handle.cjs');
  await when(child, 'spawn');
  const [{ accepted }, other] = await connections(t, 2);
  const resume = await stop(child);
  const inbox = new Inbox(child);
  t.true(child.send(1, accepted));
  t.is(await new Promise((resolve) => t.true(child.send(2, resolve))), null);
  t.true(child.send(3, other.accepted));
  t.is(await new Promise((resolve) => t.true(child.send(4, resolve))), null);
  resume();
  const reports = await inbox.take(4);
  t.deepEqual(
    reports.map(({ message, count }) => [message, count]),
    [
      [1, 1],
      [2, 0],
      [3, 1],
      [4, 0],
    ],
  );
});

onlyForkwire('many handles are in flight at once', async (t, { fork }) => {
  const child = fork('report-handle.cjs');
  const inbox = new Inbox(child);
  const all = await connections(t, 300);
  const resume = await stop(child);
  for (const [i, { accepted }] of all.entries()) child.send(i, accepted);
  resume();
  const reports = await inbox.take(300);
  t.deepEqual(
    reports,
    numbers(300).map((message) => ({ message, handle: 'Socket', count: 1 })),
  );
});

both('handles sent before disconnect() arrive', async (t, { fork }) => {
  const child = fork('end-sockets.cjs');
  const all = await connections(t, 3);
  for (const { accepted } of all) child.send('last', accepted);
  const answers = all.map(({ client }) => when(client.setEncoding('utf8'), 'data'));
  child.disconnect();
  for (const answer of answers) t.deepEqual(await answer, ['ended: last']);
});

both('the callback of a message with a handle is given null', async (t, { fork }) => {
  const child = fork('report-handle.cjs');
  const [{ accepted }, other] = await connections(t, 2);
  const callback = (send) => new Promise((resolve) => send((...args) => resolve(args)));
  t.deepEqual(await callback((done) => child.send(1, accepted, done)), [null]);
  t.deepEqual(await callback((done) => child.send(2, other.accepted, {}, done)), [null]);
});

both('sockets wait with their messages for a listener', async (t, { fork }) => {
  const server = await listening(t);
  const child = fork('offer-many.cjs', [String(server.address().port), '5', 'stay']);
  await internal(child, 'NODE_all_sent');
  const inbox = new Inbox(child);
  for (const i of numbers(5)) {
    const { message, handle } = await inbox.nextWithHandle();
    t.is(message, i);
    handle.destroy();
  }
});
