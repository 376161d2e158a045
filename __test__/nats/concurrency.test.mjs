import { natsPort } from 'forkwire/nats';
import { connectTo, newSubject, serve, sharedServer, twoPorts, withNats } from '../helpers/nats.mjs';

/** Ports that serve a subject together, each with a limit. */
async function workers(t, limits, handler) {
  const server = await sharedServer();
  const subject = newSubject();
  const all = await Promise.all(
    limits.map(async (concurrency, index) => {
      const connection = await connectTo(t, server);
      const worker = { connection, port: natsPort(connection, subject), running: 0, most: 0, done: 0 };
      const serving = await serve(
        connection,
        worker.port,
        async (message) => {
          worker.most = Math.max(worker.most, ++worker.running);
          const result = await handler(message, index);
          worker.running -= 1;
          worker.done += 1;
          return result;
        },
        { concurrency },
      );
      return Object.assign(worker, { serving });
    }),
  );
  const connection = await connectTo(t, server);
  return { all, requester: natsPort(connection, subject), subject, server };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

withNats('processes with one queue share the work, each with as much at once as it says', async (t) => {
  const { all, requester } = await workers(t, [1, 3, 10], async (n) => {
    await turn();
    return n;
  });
  const answers = await Promise.all(Array.from({ length: 1000 }, (_, n) => requester.request(n)));
  t.deepEqual(
    answers,
    Array.from({ length: 1000 }, (_, n) => n),
  );
  t.deepEqual(
    all.map(({ most }) => most),
    [1, 3, 10],
  );
  t.is(
    all.reduce((sum, { done }) => sum + done, 0),
    1000,
  );
  t.true(
    all.every(({ done }) => done > 10),
    `${all.map(({ done }) => done)}`,
  );
});

withNats('what a slow worker has no room for goes to the others', async (t) => {
  let finish;
  const slow = new Promise((resolve) => (finish = resolve));
  const { all, requester } = await workers(t, [1, 1], (n, index) => (index === 0 ? slow : n));
  const requests = Array.from({ length: 200 }, (_, n) => requester.request(n));
  while (requester.stats().underWay + requester.stats().waiting > 1) await turn();
  t.is(all[1].done, 199, 'all but the one that the slow worker has');
  t.deepEqual(requester.stats(), { underWay: 1, waiting: 0, serving: 0, dropped: 0 });
  finish('slow');
  t.is((await Promise.all(requests)).filter((answer) => answer === 'slow').length, 1);
});

withNats('requests of several requesters wait for room and are all answered', async (t) => {
  const { all, requester, subject, server } = await workers(t, [2], async (n) => {
    await turn();
    return n;
  });
  const others = await Promise.all([1, 2, 3].map(async () => natsPort(await connectTo(t, server), subject)));
  const answers = await Promise.all(
    [requester, ...others].flatMap((port) => Array.from({ length: 100 }, (_, n) => port.request(n))),
  );
  t.is(answers.length, 400);
  t.is(all[0].most, 2);
});

withNats('a request that waits for room can be cancelled, and fails if the worker goes', async (t) => {
  let finish;
  const { all, requester } = await workers(t, [1], () => new Promise((resolve) => (finish = resolve)));
  const first = requester.request(1);
  while (all[0].running === 0) await turn();
  const second = requester.request(2, { timeout: 50 });
  await second.catch((error) => t.is(error.name, 'TimeoutError'));
  const third = requester.request(3);
  while (requester.stats().waiting === 0) await turn();
  all[0].serving();
  await t.throwsAsync(third, { code: 'ERR_FORKWIRE_NO_HANDLER' });
  finish('answered all the same');
  t.is(await first, 'answered all the same');
});

withNats('the limit can be changed, and 0 is a pause', async (t) => {
  const { all, requester } = await workers(t, [1], (n) => n);
  const [{ serving }] = all;
  serving.concurrency = 0;
  const waiting = [1, 2, 3].map((n) => requester.request(n));
  while (requester.stats().waiting < 3) await turn();
  t.is(all[0].done, 0);
  serving.concurrency = 5;
  t.is(serving.concurrency, 5);
  t.deepEqual(await Promise.all(waiting), [1, 2, 3]);
  t.throws(() => (serving.concurrency = -1), { code: 'ERR_OUT_OF_RANGE' });
});

withNats('a worker that stops gives back what it has not begun', async (t) => {
  const { requester, worker, workerConnection, subject } = await twoPorts(t);
  const other = natsPort(await connectTo(t, await sharedServer()), subject);
  const done = { first: 0, second: 0 };
  const stop = await serve(workerConnection, worker, () => ++done.first);
  const requests = Array.from({ length: 500 }, (_, n) => requester.request(n));
  await requests[0];
  other.serve(() => ++done.second);
  stop();
  await Promise.all(requests);
  t.is(done.first + done.second, 500, 'each ran once');
});
