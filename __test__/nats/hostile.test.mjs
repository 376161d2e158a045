// Whoever the server lets publish can send anything to any of the subjects.
import { natsPort } from 'forkwire/nats';
import { connectTo, serve, sharedServer, twoPorts, withNats } from '../helpers/nats.mjs';

const GARBAGE = [
  '',
  '-1',
  '1e9',
  'NaN',
  '99999999999999999999',
  '[',
  '[null,{"a":1},"x",1e99,-1]',
  '{"__proto__":{"x":1}}',
  new Uint8Array([0xff]),
  new Uint8Array([0xff, 0x0f, 0x41, 0xff, 0xff, 0xff, 0xff, 0x0f]),
  new Uint8Array(2000).fill(0xfe),
];

const turn = () => new Promise((resolve) => setImmediate(resolve));

withNats('garbage on any subject harms no other request', async (t) => {
  const { subject, requester, worker, workerConnection, connection } = await twoPorts(t, { heartbeat: 1000 });
  const other = await connectTo(t, await sharedServer());
  let inbox;
  other.subscribe(subject, { callback: (_, { reply }) => (inbox = reply.replace(/\d+$/, '')) });
  await other.flush();
  let finish;
  await serve(workerConnection, worker, (message) =>
    message === 'wait' ? new Promise((resolve) => (finish = resolve)) : message,
  );
  worker.on('message', () => {});
  worker.on('messageerror', () => {});
  const waiting = requester.request('wait');
  while (finish === undefined || inbox === undefined) await turn();
  for (const bytes of GARBAGE) {
    for (const suffix of ['', '._message', '._cancel', '._probe', '._room'])
      for (const reply of [undefined, 'nowhere', `${inbox}alive`, `${inbox}x`])
        other.publish(`${subject}${suffix}`, bytes, { reply });
    for (const tail of ['alive', '0', '-1', '1.5', 'x', '99999999999999999999', '99999'])
      other.publish(`${inbox}${tail}`, bytes);
  }
  await other.flush();
  await Promise.all([connection.flush(), workerConnection.flush()]);
  t.is(await requester.request('works'), 'works');
  finish('still there');
  t.is(await waiting, 'still there');
  t.deepEqual(worker.stats().serving, 0);
});

withNats(
  'heartbeats go to requesters that speak our way, and at no other pace than may be asked for',
  async (t) => {
    const { subject, worker, workerConnection, connection } = await twoPorts(t);
    await serve(workerConnection, worker, (message) =>
      message === 'wait' ? new Promise(() => {}) : message,
    );
    const got = [];
    connection.subscribe('odd.>', {
      callback: (_, message) => got.push([message.subject, message.string()]),
    });
    for (const reply of [
      'odd.fw1.1.1',
      'odd.fw1.99.1',
      'odd.fw1.3600001.1',
      'odd.fw1.x.1',
      'odd.fw2.100.1',
      'odd.fw1.100.x',
    ])
      connection.publish(subject, '"wait"', { reply });
    connection.publish(subject, '"wait"', { reply: 'odd.fw1.100.7' });
    while (got.length < 3) await turn();
    t.deepEqual(
      got,
      Array.from({ length: 3 }, () => ['odd.fw1.100.alive', '[7]']),
    );
  },
);

withNats('an answer that comes twice, or for a request that is over, is dropped', async (t) => {
  const { subject, requester, workerConnection } = await twoPorts(t);
  workerConnection.subscribe(subject, {
    callback: (_, message) => {
      for (let count = 0; count < 3; count++) message.respond(`${count}`);
    },
  });
  await workerConnection.flush();
  t.deepEqual(await Promise.all([1, 2, 3].map((n) => requester.request(n))), [0, 0, 0]);
});

withNats('a thousand ports of one connection close without a trace', async (t) => {
  const connection = await connectTo(t, await sharedServer());
  const first = natsPort(connection, 'trace.first');
  await first.close();
  const before = connection.protocol.subscriptions.size();
  await Promise.all(
    Array.from({ length: 1000 }, async (_, n) => {
      const port = natsPort(connection, `trace.${n}`);
      port.on('message', () => {});
      port.serve((message) => message);
      await port.request(n);
      await port.close();
    }),
  );
  t.is(connection.protocol.subscriptions.size(), before);
});
