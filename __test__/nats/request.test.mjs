import { newSubject, serve, sharedServer, twoPorts, connectTo, withNats } from '../helpers/nats.mjs';
import { natsPort } from 'forkwire/nats';
import { rejection } from '../helpers/rejection.mjs';

withNats('a request is answered with what the handler returns', async (t) => {
  const { requester, worker, workerConnection } = await twoPorts(t);
  await serve(workerConnection, worker, ({ a, b }) => a + b);
  t.is(await requester.request({ a: 1, b: 2 }), 3);
  t.deepEqual(await Promise.all([1, 2, 3].map((a) => requester.request({ a, b: 10 }))), [11, 12, 13]);
  t.deepEqual(requester.stats(), { underWay: 0, waiting: 0, serving: 0, dropped: 0 });
});

withNats('an answer may be undefined, null, or come late', async (t) => {
  const { requester, worker, workerConnection } = await twoPorts(t);
  const results = { undefined, null: null, late: new Promise((resolve) => setImmediate(resolve, 'late')) };
  await serve(workerConnection, worker, (name) => results[name]);
  t.is(await requester.request('undefined'), undefined);
  t.is(await requester.request('null'), null);
  t.is(await requester.request('late'), 'late');
  t.deepEqual(await requester.request('null', { withHandles: true }), [null, []]);
});

for (const serialization of ['json', 'advanced'])
  withNats(`what ${serialization} carries arrives as on a channel`, async (t) => {
    const { requester, worker, workerConnection } = await twoPorts(t, { serialization });
    await serve(workerConnection, worker, (message) => message);
    const plain = { text: 'ä€😀', list: [1, null, true], deep: { a: { b: 'c' } }, empty: '' };
    t.deepEqual(await requester.request(plain), plain);
    const rich = {
      date: new Date(0),
      map: new Map([[1, new Set([2])]]),
      bytes: new Uint8Array([1, 2]),
      big: 1n,
    };
    if (serialization === 'advanced') t.deepEqual(await requester.request(rich), rich);
    else t.throws(() => JSON.stringify(rich));
  });

withNats('a port reads both kinds of serialization', async (t) => {
  const { requester, worker, workerConnection, connection, subject } = await twoPorts(t);
  await serve(workerConnection, worker, (message) => [...message.values()]);
  const other = natsPort(connection, subject, { serialization: 'advanced' });
  t.deepEqual(await other.request(new Map([['a', 1]])), [1]);
  t.is((await t.throwsAsync(requester.request({}))).name, 'TypeError');
});

withNats('an error of the handler arrives with its class, its properties and its cause', async (t) => {
  const { requester, worker, workerConnection } = await twoPorts(t);
  await serve(workerConnection, worker, () => {
    throw Object.assign(new RangeError('no', { cause: new Error('why') }), { code: 'E_NO' });
  });
  const error = await t.throwsAsync(requester.request(1));
  t.true(error instanceof RangeError);
  t.is(error.message, 'no');
  t.is(error.code, 'E_NO');
  t.is(error.cause.message, 'why');
});

withNats('a thrown value that is not an error arrives as it is', async (t) => {
  const { requester, worker, workerConnection } = await twoPorts(t);
  await serve(workerConnection, worker, () => Promise.reject({ odd: 1 })); // oxlint-disable-line prefer-promise-reject-errors
  t.deepEqual(await rejection(requester.request(1)), { odd: 1 });
});

withNats('a request that nobody serves was not delivered', async (t) => {
  const { requester, subject } = await twoPorts(t);
  const error = await t.throwsAsync(requester.request(1), { code: 'ERR_FORKWIRE_NO_HANDLER' });
  t.is(error.delivered, 'no');
  t.true(error.message.includes(`'${subject}'`));
});

withNats('an aborted signal rejects at once and aborts the signal of the handler', async (t) => {
  const { requester, worker, workerConnection } = await twoPorts(t);
  const controller = new AbortController();
  const reason = new Error('not needed any more');
  const aborted = new Promise((resolve) => {
    worker.serve((message, { signal }) => {
      if (message !== 'wait') return 'other';
      signal.addEventListener('abort', () => resolve(signal.reason.name));
      controller.abort(reason);
      return new Promise(() => {});
    });
  });
  await workerConnection.flush();
  t.is(await t.throwsAsync(requester.request('wait', { signal: controller.signal })), reason);
  t.is(await aborted, 'AbortError');
  t.is(await requester.request('other'), 'other');
  t.is(worker.stats().serving, 0);
});

withNats('a timeout is a TimeoutError', async (t) => {
  const { requester, worker, workerConnection } = await twoPorts(t);
  await serve(workerConnection, worker, () => new Promise(() => {}));
  const error = await rejection(requester.request(1, { timeout: 20 }));
  t.true(error instanceof DOMException);
  t.is(error.name, 'TimeoutError');
});

withNats('a signal that is aborted already sends nothing', async (t) => {
  const { requester, connection } = await twoPorts(t);
  const before = connection.stats().outMsgs;
  const reason = new Error('early');
  t.is(await t.throwsAsync(requester.request(1, { signal: AbortSignal.abort(reason) })), reason);
  t.is(connection.stats().outMsgs, before);
});

withNats('a port has one handler, which can be replaced once it has been stopped', async (t) => {
  const { requester, worker, workerConnection } = await twoPorts(t);
  const stop = await serve(workerConnection, worker, () => 'first');
  t.throws(() => worker.serve(() => 'second'), { code: 'ERR_FORKWIRE_ALREADY_SERVED' });
  t.is(await requester.request(1), 'first');
  stop();
  await serve(workerConnection, worker, () => 'second');
  t.is(await requester.request(1), 'second');
});

withNats('a request without an answer runs the handler, and its result is dropped', async (t) => {
  const { worker, workerConnection, connection, subject } = await twoPorts(t);
  const got = new Promise((resolve) => worker.serve(resolve));
  await workerConnection.flush();
  connection.publish(subject, '{"a":1}');
  t.deepEqual(await got, { a: 1 });
});

withNats('any program that speaks NATS can ask, and answer', async (t) => {
  const { requester, worker, workerConnection, connection, subject } = await twoPorts(t, { heartbeat: 100 });
  const stop = await serve(workerConnection, worker, async ({ n }) => {
    // Longer than a heartbeat: a program that does not know what one is must not get any.
    await new Promise((resolve) => setTimeout(resolve, 300));
    return { n: n + 1 };
  });
  t.deepEqual((await connection.request(subject, '{"n":1}', { timeout: 5000 })).json(), { n: 2 });
  stop();
  await workerConnection.flush();
  workerConnection.subscribe(subject, { callback: (_, message) => message.respond('"plain"') });
  await workerConnection.flush();
  t.is(await requester.request({ n: 1 }), 'plain');
});

withNats('a message that is not JSON is a failure of its request alone', async (t) => {
  const { requester, worker, workerConnection, connection, subject } = await twoPorts(t);
  await serve(workerConnection, worker, () => 1);
  for (const bytes of ['{', new Uint8Array([0xff, 1, 2]), new Uint8Array([0xff, 0x0f])]) {
    const answer = await connection.request(subject, bytes, { timeout: 5000 });
    t.is(answer.headers.get('Forkwire-Status'), 'failed');
    t.is(answer.json().own.code, 'ERR_FORKWIRE_MALFORMED');
  }
  t.is(await requester.request(1), 1);
});

withNats('an answer that cannot be read rejects', async (t) => {
  const { requester, workerConnection, subject } = await twoPorts(t);
  const { headers } = await import('@nats-io/transport-node');
  const failed = headers();
  failed.set('Forkwire-Status', 'failed');
  const odd = headers();
  odd.set('Forkwire-Status', 'of a later version');
  const answers = [['{'], ['{', { headers: failed }], ['[]', { headers: failed }], ['', { headers: odd }]];
  workerConnection.subscribe(subject, { callback: (_, message) => message.respond(...answers.shift()) });
  await workerConnection.flush();
  for (let left = answers.length; left > 0; left--)
    await t.throwsAsync(requester.request(1), { code: 'ERR_FORKWIRE_MALFORMED' });
});

withNats('an answer that cannot be written is a failure', async (t) => {
  const { requester, worker, workerConnection } = await twoPorts(t);
  await serve(workerConnection, worker, (how) => (how === 'big' ? 'x'.repeat(2 << 20) : () => 1));
  t.is((await t.throwsAsync(requester.request('function'))).code, 'ERR_FORKWIRE_NOT_SERIALIZABLE');
  t.is((await t.throwsAsync(requester.request('big'))).code, 'ERR_FORKWIRE_MESSAGE_TOO_LARGE');
});

withNats('a thousand requests may be under way, in both directions', async (t) => {
  const { requester, worker, workerConnection, connection } = await twoPorts(t);
  await serve(workerConnection, worker, (n) => (n % 2 === 0 ? n + 1 : Promise.resolve(n + 1)));
  const back = natsPort(workerConnection, newSubject());
  const other = natsPort(connection, back.subject);
  await serve(connection, other, (n) => -n);
  const all = Array.from({ length: 1000 }, (_, n) => requester.request(n));
  const backwards = Array.from({ length: 1000 }, (_, n) => back.request(n + 1));
  t.deepEqual(
    await Promise.all(all),
    Array.from({ length: 1000 }, (_, n) => n + 1),
  );
  t.deepEqual(
    await Promise.all(backwards),
    Array.from({ length: 1000 }, (_, n) => -n - 1),
  );
});

/** What it throws: AVA's throws() takes errors only, to which a DOMException does not belong. */
function thrown(what) {
  try {
    what();
  } catch (error) {
    return error;
  }
  return undefined;
}

withNats('handles and shared memory are refused, with the reason', async (t) => {
  const { requester, worker, workerConnection } = await twoPorts(t, { serialization: 'advanced' });
  const { SharedMemory } = await import('forkwire');
  const memory = SharedMemory.create(64);
  const refused = {
    code: 'ERR_INVALID_HANDLE_TYPE',
    message: /cannot travel over NATS: they belong to one machine/,
  };
  await t.throwsAsync(requester.request(1, { handles: [memory] }), refused);
  await t.throwsAsync(requester.post(1, { handles: [memory] }), refused);
  const buffer = new SharedArrayBuffer(8);
  buffer[Symbol.for('forkwire.memory')] = memory; // as that of a SharedMemory, which not every version of Node can make
  await t.throwsAsync(requester.request(new Uint8Array(buffer)), refused);
  await t.throwsAsync(requester.request(new SharedArrayBuffer(8)), { message: /could not be cloned/ });
  t.is(thrown(() => requester.postMessage(1, [memory])).name, 'DataCloneError');
  await serve(workerConnection, worker, (_, { reply }) => reply(1, [memory]));
  t.is((await t.throwsAsync(requester.request(1))).code, 'ERR_INVALID_HANDLE_TYPE');
});

withNats('an argument that is wrong says what is', async (t) => {
  const connection = await connectTo(t, await sharedServer());
  for (const subject of ['', 'a b', 'a.', '.a', 'a..b', 'a.*', 'a.>', 'a\n', 'x'.repeat(1025)])
    t.throws(() => natsPort(connection, subject), { code: 'ERR_INVALID_ARG_VALUE' }, subject);
  t.throws(() => natsPort(connection, 1), { code: 'ERR_INVALID_ARG_TYPE' });
  t.throws(() => natsPort({}, 'a'), { code: 'ERR_INVALID_ARG_TYPE', message: /connect\(\) of @nats-io/ });
  const options = {
    queue: ['a b', 1],
    serialization: ['xml'],
    maxMessageSize: [0, 1.5, '1'],
    heartbeat: [99, Infinity],
    inboxPrefix: ['*'],
  };
  for (const [name, values] of Object.entries(options))
    for (const value of values)
      t.regex(
        t.throws(() => natsPort(connection, 'a', { [name]: value })).code,
        /^ERR_(INVALID_ARG_(TYPE|VALUE)|OUT_OF_RANGE)$/,
        name,
      );
  const port = natsPort(connection, 'a');
  t.throws(() => port.serve(1), { code: 'ERR_INVALID_ARG_TYPE' });
  t.throws(() => port.serve(() => 1, { concurrency: 0 }), { code: 'ERR_OUT_OF_RANGE' });
  await t.throwsAsync(port.request(), { code: 'ERR_MISSING_ARGS' });
  await t.throwsAsync(port.request(1, { timeout: -1 }), { code: 'ERR_OUT_OF_RANGE' });
});
