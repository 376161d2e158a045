import { fork } from 'node:child_process';
import net from 'node:net';
import { natsPort } from 'forkwire/nats';
import { endWithTest, fixture } from '../helpers/child.mjs';
import { once } from '../helpers/events.mjs';
import {
  connectTo,
  newSubject,
  serve,
  sharedServer,
  startServer,
  twoPorts,
  withNats,
} from '../helpers/nats.mjs';

const turn = () => new Promise((resolve) => setImmediate(resolve));

async function startWorker(t, url, subject, concurrency) {
  const worker = fork(fixture('nats/serve.mjs'), [url, subject, concurrency ?? 100]);
  endWithTest(t, worker);
  t.deepEqual((await once(worker, 'message'))[0], 'ready');
  return worker;
}

/** How each of many requests ends. */
async function outcomes(requests) {
  const counts = { answered: 0, no: 0, unknown: 0, other: [] };
  for (const { status, reason } of await Promise.allSettled(requests)) {
    if (status === 'fulfilled') counts.answered += 1;
    else if (reason.delivered !== undefined) counts[reason.delivered] += 1;
    else counts.other.push(reason);
  }
  return counts;
}

withNats('a request whose worker was killed rejects, and was perhaps delivered', async (t) => {
  const server = await sharedServer();
  const subject = newSubject();
  const worker = await startWorker(t, server.url, subject);
  const requester = natsPort(await connectTo(t, server), subject, { heartbeat: 100 });
  const lost = t.throwsAsync(requester.request('never'), { code: 'ERR_FORKWIRE_PEER_GONE' });
  await once(worker, 'message');
  worker.kill('SIGKILL');
  t.is((await lost).delivered, 'unknown');
});

withNats('a worker that takes its time is not taken for a dead one', async (t) => {
  const { requester, worker, workerConnection } = await twoPorts(t, { heartbeat: 300 });
  let beats = 0;
  workerConnection.subscribe('_INBOX.>', { callback: () => (beats += 1) });
  await serve(workerConnection, worker, async (n) => {
    while (beats < 5) await turn();
    return n;
  });
  t.is(await requester.request(1), 1);
});

withNats('workers that are killed under load lose only what they had', async (t) => {
  const server = await sharedServer();
  const subject = newSubject();
  const workers = await Promise.all([1, 2, 3].map(() => startWorker(t, server.url, subject, 20)));
  // On a busy machine, workers that are alive are not heard for a moment.
  const requester = natsPort(await connectTo(t, server), subject, { heartbeat: 500 });
  const requests = Array.from({ length: 2000 }, (_, n) => requester.request(n));
  await Promise.any(requests);
  workers[0].kill('SIGKILL');
  await requests[500].catch(() => {});
  workers[1].kill('SIGKILL');
  const { answered, no, unknown, other } = await outcomes(requests);
  t.deepEqual(other, []);
  t.is(answered + no + unknown, 2000);
  t.is(no, 0);
  t.true(answered >= 1000, `${answered} were answered: lost is only what had gone to a dead worker`);
});

withNats('each request settles once when the server is killed and starts again under load', async (t) => {
  const server = await startServer(t);
  const subject = newSubject();
  await startWorker(t, server.url, subject, 50);
  const connection = await connectTo(t, server);
  const requester = natsPort(connection, subject, { heartbeat: 100 });
  const requests = Array.from({ length: 1000 }, (_, n) => requester.request(n));
  await Promise.any(requests);
  await server.kill();
  const during = Array.from({ length: 100 }, (_, n) => requester.request(n));
  await server.start();
  const [before, after] = [await outcomes(requests), await outcomes(during)];
  t.deepEqual([...before.other, ...after.other], []);
  t.is(before.answered + before.no + before.unknown, 1000);
  t.is(after.answered + after.no + after.unknown, 100);
  t.true(before.answered > 0);
  t.deepEqual(requester.stats(), { underWay: 0, waiting: 0, serving: 0, dropped: 0 });
  const { message } = await untilAnswered(() => requester.request('again'));
  t.is(message, 'again', 'as soon as worker and server have met again');
});

async function untilAnswered(ask) {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (error.delivered === undefined) throw error;
    }
  }
}

withNats('what a worker says while it is cut off arrives when it is back', async (t) => {
  const server = await sharedServer();
  const subject = newSubject();
  const proxy = await startProxy(t, server.port);
  const workerConnection = await connectTo(t, { url: `127.0.0.1:${proxy.port}` });
  const worker = natsPort(workerConnection, subject);
  const connection = await connectTo(t, server);
  const requester = natsPort(connection, subject, { heartbeat: 1000 });
  const message = requester.next();
  await connection.flush();
  let answer;
  await serve(workerConnection, worker, () => new Promise((resolve) => (answer = resolve)));
  const request = requester.request(1);
  while (answer === undefined) await turn();
  const gone = until(workerConnection, 'disconnect');
  proxy.cut();
  await gone;
  answer('kept');
  const posted = worker.post('kept, too');
  t.is(await request, 'kept');
  t.is(await message, 'kept, too');
  await posted;
});

withNats('a requester that is cut off gets its answer when it is back', async (t) => {
  const server = await sharedServer();
  const subject = newSubject();
  const proxy = await startProxy(t, server.port);
  const connection = await connectTo(t, { url: `127.0.0.1:${proxy.port}` });
  const requester = natsPort(connection, subject, { heartbeat: 1000 });
  const workerConnection = await connectTo(t, server);
  let answer;
  await serve(workerConnection, natsPort(workerConnection, subject), (n) =>
    n === 2 ? 'second' : new Promise((resolve) => (answer = resolve)),
  );
  const request = requester.request(1);
  while (answer === undefined) await turn();
  const [gone, back] = [until(connection, 'disconnect'), until(connection, 'reconnect')];
  proxy.cut();
  await gone;
  const second = requester.request(2);
  await back;
  await connection.flush();
  answer('first');
  t.is(await request, 'first');
  t.is(await second, 'second', 'a request without a server waits for one');
});

withNats('everything settles when the connection is closed', async (t) => {
  const { requester, worker, connection, workerConnection } = await twoPorts(t);
  const aborted = new Promise((resolve) => {
    worker.serve((_, { signal }) => {
      signal.addEventListener('abort', () => resolve(signal.reason.code));
      return new Promise(() => {});
    });
  });
  await workerConnection.flush();
  const request = requester.request(1);
  while (worker.stats().serving === 0) await turn();
  const loop = requester.next();
  const ended = [once(requester, 'close'), once(worker, 'close')];
  await connection.close();
  t.is((await t.throwsAsync(request, { code: 'ERR_FORKWIRE_PEER_GONE' })).delivered, 'unknown');
  await t.throwsAsync(loop, { code: 'ERR_IPC_CHANNEL_CLOSED' });
  await workerConnection.drain();
  t.is(await aborted, 'ERR_FORKWIRE_PEER_GONE');
  await Promise.all(ended);
  await t.throwsAsync(requester.request(1), { code: 'ERR_IPC_CHANNEL_CLOSED' });
});

async function until(connection, type) {
  for await (const status of connection.status()) if (status.type === type) return;
}

/** In front of a server, and can cut all connections off. */
async function startProxy(t, port) {
  const sockets = new Set();
  const proxy = net.createServer((client) => {
    const server = net.connect(port, '127.0.0.1');
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.pipe(other);
    }
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  t.teardown(() => {
    cut();
    proxy.close();
  });
  return { port: proxy.address().port, cut };
}
