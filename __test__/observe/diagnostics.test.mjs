import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { onlyForkwire } from '../helpers/cases.mjs';
import { when } from '../helpers/child.mjs';
import { once } from '../helpers/events.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { overNodeWire } from '../helpers/node-wire.mjs';
import { connection, listening } from '../helpers/sockets.mjs';
import { killWhileBusy, stop } from '../helpers/stopped.mjs';

const NAMES = ['send', 'message', 'handle', 'drain', 'error'];

const onBothWires = (title, body) => {
  onlyForkwire(title, body);
  overNodeWire(title, body);
};

/** What is published about a child during the test: `[name, what]`, in order. */
function record(t, child, names = NAMES) {
  const published = [];
  for (const name of names) {
    const listener = ({ emitter, ...what }) => {
      if (emitter === child) published.push([name, what]);
    };
    subscribe(`forkwire:${name}`, listener);
    t.teardown(() => unsubscribe(`forkwire:${name}`, listener));
  }
  return published;
}

onBothWires('sent and received messages are published, before the listeners run', async (t, { fork }) => {
  const child = fork('echo.cjs');
  const published = record(t, child);
  child.on('message', (message) => published.push(['listener', message]));
  const inbox = new Inbox(child);
  child.send('plain');
  child.send({ an: 'object' }, () => {});
  await inbox.take(2);
  t.deepEqual(published, [
    ['send', { message: 'plain', handle: undefined, accepted: true }],
    ['send', { message: { an: 'object' }, handle: undefined, accepted: true }],
    ['message', { message: 'plain', handle: undefined }],
    ['listener', 'plain'],
    ['message', { message: { an: 'object' }, handle: undefined }],
    ['listener', { an: 'object' }],
  ]);
});

onlyForkwire('messages in advanced mode are published like those in json', async (t, { fork }) => {
  const child = fork('echo.cjs', { serialization: 'advanced' });
  const published = record(t, child, ['message']);
  const inbox = new Inbox(child);
  child.send(new Map([[1, 2n]]));
  await inbox.next();
  t.deepEqual(published, [['message', { message: new Map([[1, 2n]]), handle: undefined }]]);
});

onBothWires('each step of a handle is published', async (t, { fork }) => {
  const child = fork('end-sockets.cjs');
  const published = record(t, child, ['handle', 'send']);
  const server = await listening(t, { pauseOnConnect: true });
  const { accepted } = await connection(t, server);
  t.is(await new Promise((resolve) => child.send('a socket', accepted, resolve)), null);
  t.deepEqual(published, [
    ['handle', { step: 'sent', handles: 1 }],
    ['send', { message: 'a socket', handle: accepted, accepted: true }],
    ['handle', { step: 'accepted', handles: 1 }],
  ]);
});

onBothWires('a handle that comes back is published as received', async (t, { fork }) => {
  const child = fork('return-socket.cjs');
  const published = record(t, child, ['handle', 'message']);
  const inbox = new Inbox(child);
  const server = await listening(t, { pauseOnConnect: true });
  const { accepted } = await connection(t, server);
  child.send('a socket', accepted);
  const { handle } = await inbox.nextWithHandle();
  t.teardown(() => handle.destroy());
  t.deepEqual(
    published.filter(([, { step }]) => step === 'received'),
    [['handle', { step: 'received', handles: 1 }]],
  );
  t.is(published.find(([name]) => name === 'message')[1].handle, handle);
});

onBothWires('a drain is published when it is emitted', async (t, { fork }) => {
  const child = fork('report-stats.cjs');
  const published = record(t, child, ['drain']);
  const resume = await stop(child);
  while (child.send('x'.repeat(10_000)));
  t.deepEqual(published, []);
  resume();
  await once(child, 'drain');
  t.deepEqual(published, [['drain', {}]]);
});

onBothWires('messages that fail are published once, with their number', async (t, { fork }) => {
  const child = fork('report-stats.cjs');
  const published = record(t, child, ['error']);
  await stop(child);
  let failed = 0;
  for (let i = 0; i < 10_000; i++) child.send('x'.repeat(1000), (error) => error && failed++);
  killWhileBusy(child);
  await when(child, 'disconnect');
  t.true(failed > 0);
  t.is(published.length, 1);
  const [, { error, direction, messages }] = published[0];
  t.is(error.code, 'EPIPE');
  t.deepEqual({ direction, messages }, { direction: 'sent', messages: failed });
});

onlyForkwire(
  'a fault of the peer is published, with or without a listener for errors',
  async (t, { fork }) => {
    const child = fork('write-garbage.cjs', ['ones']);
    const published = record(t, child, ['error']);
    child.on('error', () => {});
    await when(child, 'disconnect');
    t.like(published, [['error', { direction: 'received', messages: 1 }]]);
    t.is(published[0][1].error.code, 'ERR_FORKWIRE_MALFORMED');
  },
);

onlyForkwire('a send that throws is not published', (t, { fork }) => {
  const child = fork('idle.cjs');
  const published = record(t, child, ['send', 'error']);
  t.throws(() => child.send(undefined), { code: 'ERR_MISSING_ARGS' });
  t.throws(() => child.send({ toJSON() {} }), { code: 'ERR_FORKWIRE_NOT_SERIALIZABLE' });
  t.deepEqual(published, []);
});

onlyForkwire('a child can subscribe too', async (t, { fork }) => {
  const child = fork('publish.cjs');
  const inbox = new Inbox(child);
  child.send('one');
  child.send('tell');
  t.is(await inbox.next(), 'one');
  t.deepEqual(await inbox.next(), [
    { name: 'message', ofProcess: true, message: 'one' },
    { name: 'send', ofProcess: true, message: 'one', accepted: true },
    { name: 'message', ofProcess: true, message: 'tell' },
  ]);
});

onlyForkwire('nothing is subscribed unless the program subscribes', (t) => {
  for (const name of NAMES) t.false(channel(`forkwire:${name}`).hasSubscribers);
});
