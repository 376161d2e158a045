import { createServer } from 'node:net';
import { both, onlyForkwire } from '../helpers/cases.mjs';
import { once } from '../helpers/events.mjs';
import { Inbox } from '../helpers/inbox.mjs';

const internal = [
  { cmd: 'NODE_x' },
  { cmd: 'NODE_foo', data: [1, { a: null }] },
  { cmd: 'NODE__' },
  { cmd: 'NODE_HELLO', key: 'unknown' },
  Object.assign([], { cmd: 'NODE_on_an_array' }),
];

const plain = [
  { cmd: 'NODE_' },
  { cmd: 'NODE' },
  { cmd: 'node_x' },
  { cmd: ' NODE_x' },
  { cmd: 'xNODE_x' },
  { cmd: 1 },
  { cmd: ['NODE_x'] },
  { cmd: { cmd: 'NODE_x' } },
  { msg: { cmd: 'NODE_x' } },
  [{ cmd: 'NODE_x' }],
  'NODE_x',
  '{"cmd":"NODE_x"}',
  { cmd: null },
  { CMD: 'NODE_x' },
];

for (const serialization of ['json', 'advanced']) {
  // JSON drops the properties of arrays.
  const throughWire = serialization === 'json' ? internal.slice(0, -1) : internal;

  both(
    `NODE_ messages are emitted as 'internalMessage' in the child, ${serialization}`,
    async (t, { share }) => {
      const child = share('report-events.cjs', { serialization });
      const inbox = new Inbox(child);
      for (const message of throughWire) child.send(message);
      for (const message of plain) child.send(message);
      t.deepEqual(await inbox.take(throughWire.length + plain.length), [
        ...throughWire.map((message) => ({ event: 'internalMessage', message })),
        ...plain.map((message) => ({ event: 'message', message })),
      ]);
    },
  );

  both(
    `NODE_ messages are emitted as 'internalMessage' in the parent, ${serialization}`,
    async (t, { fork }) => {
      const child = fork('echo.cjs', { serialization });
      const messages = new Inbox(child);
      const internals = new Inbox(child, 'internalMessage');
      for (const message of plain) child.send(message);
      child.send({ wrapped: true });
      t.deepEqual(await messages.take(plain.length + 1), [...plain, { wrapped: true }]);
      t.deepEqual(internals.waiting, []);

      const sender = fork('send-given.cjs', [JSON.stringify(internal.slice(0, -1))], { serialization });
      const received = new Inbox(sender, 'internalMessage');
      t.deepEqual(await received.take(internal.length - 1), internal.slice(0, -1));
    },
  );
}

both('messages of both kinds keep their order', async (t, { share }) => {
  const child = share('report-events.cjs');
  const inbox = new Inbox(child);
  const kinds = Array.from({ length: 100 }, (_, i) => ({ i, cmd: i % 3 ? 'plain' : 'NODE_x' }));
  for (const message of kinds) child.send(message);
  const reports = await inbox.take(100);
  t.deepEqual(
    reports.map(({ message }) => message.i),
    kinds.map(({ i }) => i),
  );
});

both("'internalMessage' comes even if nobody listens for 'message'", async (t, { fork }) => {
  const child = fork('answer-internal.cjs');
  child.send('waits for a listener');
  child.send({ cmd: 'NODE_question' });
  t.deepEqual(await once(child, 'internalMessage'), [{ cmd: 'NODE_answer' }, undefined]);
});

both("a handle may come with an 'internalMessage'", async (t, { fork }) => {
  const child = fork('report-internal-handle.cjs');
  const server = createServer().listen(0);
  await once(server, 'listening');
  child.send({ cmd: 'NODE_with_server' }, server);
  t.is(await new Inbox(child).next(), 'Server');
  server.close();
});

// Stock Node mistakes these for its own traffic: an assertion fails in the process that sent them.
onlyForkwire("messages that look like Node's own handle traffic are only internal", async (t, { share }) => {
  const child = share('report-events.cjs');
  const inbox = new Inbox(child);
  const forged = [
    { cmd: 'NODE_HANDLE_ACK' },
    { cmd: 'NODE_HANDLE_NACK' },
    { cmd: 'NODE_HANDLE', type: 'net.Socket', msg: 'forged' },
    { cmd: 'NODE_HANDLE', type: 'no such type', msg: 'forged' },
    { cmd: 'NODE_SOCKET_NOTIFY_CLOSE', key: 'x' },
    { cmd: 'NODE_SOCKET_GET_COUNT', key: 'x' },
    { cmd: 'NODE_CLUSTER', act: 'online', seq: 1 },
  ];
  for (const message of forged) child.send(message);
  child.send('still there');
  t.deepEqual(await inbox.take(forged.length + 1), [
    ...forged.map((message) => ({ event: 'internalMessage', message })),
    { event: 'message', message: 'still there' },
  ]);
});
