import { natsPort } from 'forkwire/nats';
import { once } from '../helpers/events.mjs';
import { connectTo, newSubject, serve, sharedServer, twoPorts, withNats } from '../helpers/nats.mjs';

withNats('messages arrive in order, and post() is fulfilled when the server has them', async (t) => {
  const { requester, worker, workerConnection } = await twoPorts(t);
  const got = [];
  const last = new Promise((resolve) => {
    worker.on('message', (message) => got.push(message) === 100 && resolve());
  });
  await turn();
  await workerConnection.flush();
  for (let n = 0; n < 50; n++) requester.postMessage(n);
  await Promise.all(Array.from({ length: 50 }, (_, n) => requester.post(50 + n)));
  await last;
  t.deepEqual(
    got,
    Array.from({ length: 100 }, (_, n) => n),
  );
});

withNats('for await, next() and event listeners work as on a port', async (t) => {
  const { requester, worker, workerConnection } = await twoPorts(t);
  const first = worker.next({ filter: ({ n }) => n === 2 });
  const events = [];
  worker.addEventListener('message', ({ data, target }) => events.push([data.n, target === worker]));
  await turn();
  await workerConnection.flush();
  for (const n of [1, 2, 3]) requester.postMessage({ n });
  t.deepEqual(await first, { n: 2 });
  worker.removeAllListeners();
  const loop = worker.messages();
  const next = loop.next();
  await workerConnection.flush();
  for (const n of [4, 5, 6]) requester.postMessage({ n });
  t.deepEqual((await next).value, { n: 4 });
  await requester.post({ n: 7 });
  const rest = [];
  for await (const { n } of loop) if (rest.push(n) === 3) break;
  t.deepEqual(rest, [5, 6, 7], 'what comes while the loop works waits for it');
  t.true(events.every(([, same]) => same));
});

withNats('without a queue every port gets each message, and with one, one of them', async (t) => {
  const server = await sharedServer();
  for (const [queue, expected] of [
    [undefined, 30],
    ['workers', 10],
  ]) {
    const subject = newSubject();
    let got = 0;
    const connections = await Promise.all([1, 2, 3].map(() => connectTo(t, server)));
    for (const connection of connections)
      natsPort(connection, subject, { queue }).on('message', () => (got += 1));
    await turn();
    await Promise.all(connections.map((connection) => connection.flush()));
    const sender = natsPort(await connectTo(t, server), subject);
    await Promise.all(Array.from({ length: 10 }, () => sender.post(1)));
    await Promise.all(connections.map((connection) => connection.flush()));
    t.is(got, expected);
  }
});

withNats('messages and requests of a subject do not meet', async (t) => {
  const { requester, worker, workerConnection, connection } = await twoPorts(t);
  const seen = [];
  await serve(workerConnection, worker, (message) => seen.push(`request ${message}`));
  await requester.post('a');
  await requester.request('b');
  t.deepEqual(seen, ['request b'], 'a message that nobody listens for is gone, as NATS has it');
  requester.on('message', () => t.fail());
  await turn();
  await connection.flush();
  await requester.request('c');
});

withNats("what cannot be read is a 'messageerror', and the next message arrives", async (t) => {
  const { requester, worker, workerConnection, connection, subject } = await twoPorts(t, {
    maxMessageSize: 10,
  });
  const errors = [];
  worker.on('messageerror', (error) => errors.push(error.code));
  const arrived = once(worker, 'message');
  await turn();
  await workerConnection.flush();
  connection.publish(`${subject}._message`, '{');
  connection.publish(`${subject}._message`, '"longer than ten"');
  requester.postMessage('good');
  t.deepEqual(await arrived, ['good']);
  t.deepEqual(errors, ['ERR_FORKWIRE_MALFORMED', 'ERR_FORKWIRE_MESSAGE_TOO_LARGE']);
});

withNats('messages that nobody takes in time are dropped and counted', async (t) => {
  const { requester, worker, workerConnection } = await twoPorts(t);
  const loop = worker.messages();
  const first = loop.next();
  await workerConnection.flush();
  const megabyte = 'x'.repeat(1e6);
  for (let n = 0; n < 20; n++) await requester.post(megabyte);
  await first;
  await workerConnection.flush();
  const { dropped } = worker.stats();
  t.true(dropped > 0 && dropped < 10, `${dropped}`);
  await loop.return();
});

withNats('a port can be used no more once it is closed', async (t) => {
  const { requester, worker, workerConnection } = await twoPorts(t);
  let answer;
  await serve(workerConnection, worker, () => new Promise((resolve) => (answer = resolve)));
  const request = requester.request(1);
  while (worker.stats().serving === 0) await workerConnection.flush();
  const [closed, closedThere] = [requester.close(), worker.close()];
  await t.throwsAsync(requester.request(2), { code: 'ERR_IPC_CHANNEL_CLOSED' });
  t.throws(() => worker.serve(() => 1), { code: 'ERR_IPC_CHANNEL_CLOSED' });
  answer('what was under way is answered');
  t.is(await request, 'what was under way is answered');
  await Promise.all([closed, closedThere]);
  await t.throwsAsync(requester.post(1), { code: 'ERR_IPC_CHANNEL_CLOSED' });
  t.notThrows(() => requester.postMessage(1));
  await requester.close();
});

/** Ports begin to receive at the end of the turn, as Node's do. */
const turn = () => new Promise((resolve) => setImmediate(resolve));
