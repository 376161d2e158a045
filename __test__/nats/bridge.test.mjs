import { natsBridge, natsPort } from 'forkwire/nats';
import { fixture, isRunning } from '../helpers/child.mjs';
import { once } from '../helpers/events.mjs';
import { connectTo, newSubject, sharedServer, withNats } from '../helpers/nats.mjs';

const WORKER = fixture('nats/worker.cjs');
const turn = () => new Promise((resolve) => setImmediate(resolve));

async function startBridge(t, options, file = WORKER) {
  const server = await sharedServer();
  const subject = newSubject();
  const [here, there] = await Promise.all([connectTo(t, server), connectTo(t, server)]);
  const bridge = natsBridge(there, subject, file, { workers: 2, serialization: 'advanced', ...options });
  t.teardown(() => bridge.close());
  await there.flush();
  return { bridge, requester: natsPort(here, subject, { serialization: 'advanced' }), connection: here };
}

withNats('workers answer the requests of a subject, and know nothing of NATS', async (t) => {
  const { bridge, requester } = await startBridge(t, { args: ['a', '--b'] });
  const pids = bridge.workers.map(({ pid }) => pid);
  const asked = await Promise.all(Array.from({ length: 100 }, () => requester.request({ do: 'pid' })));
  t.deepEqual(new Set(asked), new Set(pids));
  t.deepEqual(await requester.request({ do: 'argv' }), ['a', '--b']);
  const rich = { map: new Map([[1, new Date(0)]]), bytes: Buffer.from('abc') };
  t.deepEqual(await requester.request(rich), rich);
  const error = await t.throwsAsync(requester.request({ do: 'throw' }), { instanceOf: RangeError });
  t.is(error.code, 'E_WORKER');
  t.deepEqual(bridge.stats(), { workers: 2, restarts: 0, serving: 0, dropped: 0 });
});

withNats('a thousand requests go to the workers, each with as many at once as it may have', async (t) => {
  const { requester } = await startBridge(t, { concurrency: 2 });
  const all = Array.from({ length: 1000 }, (_, n) => requester.request({ n }));
  t.deepEqual(
    await Promise.all(all),
    Array.from({ length: 1000 }, (_, n) => ({ n })),
  );
});

withNats('cancelling reaches the worker', async (t) => {
  const { bridge, requester } = await startBridge(t, { workers: 1 });
  const controller = new AbortController();
  const request = requester.request({ do: 'wait' }, { signal: controller.signal });
  await once(bridge, 'message');
  controller.abort(new Error('no longer'));
  await t.throwsAsync(request, { message: 'no longer' });
  t.is((await once(bridge, 'message'))[0], 'aborted');
});

for (const prefork of [0, 1])
  withNats(
    `a worker that dies is replaced, with ${prefork} spares, and its request rejects at once`,
    async (t) => {
      const { bridge, requester } = await startBridge(t, { workers: 1, prefork });
      const restarted = once(bridge, 'restart');
      const error = await t.throwsAsync(requester.request({ do: 'exit' }), {
        code: 'ERR_FORKWIRE_PEER_GONE',
      });
      t.is(error.delivered, 'unknown');
      const [{ code, signal, delay }] = await restarted;
      t.deepEqual([code, signal, delay], [3, null, 100]);
      const pid = await requester.request({ do: 'pid' });
      t.deepEqual(
        bridge.workers.map((worker) => worker.pid),
        [pid],
      );
      t.is(bridge.stats().restarts, 1);
    },
  );

withNats('requests wait while no worker is running', async (t) => {
  const { bridge, requester } = await startBridge(t, { workers: 1 });
  const [worker] = bridge.workers;
  worker.kill('SIGKILL');
  await once(bridge, 'restart');
  t.deepEqual(await Promise.all([1, 2, 3].map((n) => requester.request({ n }))), [
    { n: 1 },
    { n: 2 },
    { n: 3 },
  ]);
});

withNats('workers that are killed under load lose only what they had', async (t) => {
  const { bridge, requester } = await startBridge(t, { workers: 2, concurrency: 5 });
  let [answered, unknown] = [0, 0];
  const requests = Array.from({ length: 500 }, (_, n) =>
    requester.request({ n }).then(
      () => (answered += 1),
      ({ delivered }) => (unknown += Number(delivered === 'unknown')),
    ),
  );
  for (const at of [100, 250]) {
    await requests[at];
    bridge.workers[0]?.kill('SIGKILL');
  }
  await Promise.all(requests);
  t.is(answered + unknown, 500);
  t.true(unknown <= 2 * 5, `${unknown}`);
});

withNats('close() answers what was taken, gives back the rest, and ends the workers', async (t) => {
  const { bridge, requester } = await startBridge(t, { workers: 2, concurrency: 1 });
  const { workers } = bridge;
  let waiting = 0;
  bridge.on('message', () => (waiting += 1));
  const taken = [requester.request({ do: 'wait' }), requester.request({ do: 'wait' })];
  while (waiting < 2) await turn();
  const rest = [1, 2, 3].map((n) => requester.request({ n }));
  const closed = bridge.close();
  for (const request of rest)
    t.is((await t.throwsAsync(request, { code: 'ERR_FORKWIRE_NO_HANDLER' })).delivered, 'no');
  for (const worker of workers) worker.kill('SIGUSR2');
  t.deepEqual(await Promise.all(taken), ['waited', 'waited']);
  await closed;
  t.false(workers.some(isRunning));
});

withNats('close() ends the wait for workers that do not answer', async (t) => {
  const { bridge, requester } = await startBridge(t, { workers: 1, drainTimeout: 50 });
  const request = requester.request({ do: 'wait' });
  await once(bridge, 'message');
  await bridge.close();
  await t.throwsAsync(request, { code: 'ERR_FORKWIRE_PEER_GONE' });
});

withNats('workers can ask the bridge, and tell it something', async (t) => {
  const { bridge, requester } = await startBridge(t, {
    workers: 1,
    serve: (question) => `answer to ${question}`,
  });
  t.is(await requester.request({ do: 'ask' }), 'answer to question');
  const told = once(bridge, 'message');
  await requester.request({ do: 'tell', what: 1 });
  t.deepEqual((await told)[0], { told: 1 });
});

withNats('messages are passed on if they are wanted: to one worker of a queue, else to all', async (t) => {
  for (const [queue, expected] of [
    ['q', 1],
    [undefined, 2],
  ]) {
    const { bridge, requester } = await startBridge(t, { messages: true, queue, args: ['--listen'] });
    await Promise.all([1, 2].map(() => requester.request({ do: 'pid' })));
    await turn();
    await requester.request({});
    const got = [];
    const all = new Promise((resolve) => {
      bridge.on('message', (message) => got.push(message) === expected && resolve());
    });
    await requester.post({ news: 1 });
    await all;
    t.deepEqual(
      got.map((one) => one.got),
      Array.from({ length: expected }, () => ({ news: 1 })),
    );
    t.is(new Set(got.map(({ by }) => by)).size, expected);
    await bridge.close();
  }
});

withNats('a wrong option of a bridge says what is wrong', async (t) => {
  const connection = await connectTo(t, await sharedServer());
  const wrong = {
    workers: 0,
    concurrency: '1',
    prefork: -1,
    args: 'a',
    fork: 1,
    serve: 1,
    drainTimeout: -1,
    queue: '',
  };
  for (const [name, value] of Object.entries(wrong)) {
    const error = t.throws(() => natsBridge(connection, 'a', WORKER, { [name]: value }));
    t.true(error.message.includes(`options.${name}`), error.message);
  }
  t.throws(() => natsBridge(connection, 'a', WORKER, { worker: 1 }), {
    message: /options.worker' is unknown/,
  });
});
