import { onlyForkwire } from '../helpers/cases.mjs';
import { onEachWire } from '../helpers/each-wire.mjs';
import { exited, when } from '../helpers/child.mjs';
import { Inbox } from '../helpers/inbox.mjs';

const SERVE = 'requests/serve.cjs';

for (const serialization of ['json', 'advanced']) {
  onEachWire(
    `${serialization}: a request is fulfilled with what the handler returns`,
    async (t, { share }) => {
      const { channel } = await share(SERVE, { serialization });
      t.is(await channel.request({ do: 'add', a: 1, b: 2 }), 3);
      t.deepEqual(await channel.request({ do: 'later', value: { nested: [1, null, 'x'] } }), {
        nested: [1, null, 'x'],
      });
      t.is(await channel.request({ do: 'nothing' }), undefined);
      t.is(await channel.request({ do: 'echo', value: null }), null);
    },
  );

  onEachWire(`${serialization}: thousands of requests are under way at once`, async (t, { share }) => {
    const { channel } = await share(SERVE, { serialization });
    const all = Array.from({ length: 5000 }, (_, n) =>
      channel.request({ do: n % 3 === 0 ? 'later' : 'echo', value: n }),
    );
    t.deepEqual(await Promise.all(all), [...all.keys()]);
    t.is(channel.stats().sent.requestsInFlight, 0);
  });

  onEachWire(`${serialization}: large requests and answers arrive whole`, async (t, { share }) => {
    const { channel } = await share(SERVE, { serialization });
    const value = 'ä0123456789'.repeat(300_000);
    t.is(await channel.request({ do: 'echo', value }), value);
  });
}

const long = (part) => part.repeat(Math.ceil(20_000 / part.length));

onEachWire('requests and answers with long strings arrive as JSON carries them', async (t, { share }) => {
  const { channel } = await share(SERVE, {});
  const values = [
    long('x'),
    { text: long('x'), list: ['short', long('y'), null] },
    { small: 1 },
    { text: long('say "so" \\ and\n\u0000 ä€\u{1F600} \ud83d') },
    { text: 'forkwire:lifted:0', long: long('x') },
    'forkwire:lifted:0',
    { absent: undefined, date: new Date(0), list: [undefined, () => {}], text: long('"') },
  ];
  for (const value of values) {
    // The first of each kind shows both ends that the next ones have long strings.
    for (let turn = 0; turn < 3; turn++) {
      const echo = await channel.request({ do: 'echo', value });
      t.is(JSON.stringify(echo), JSON.stringify(value));
    }
  }
  await channel.request({ do: 'echo', value: long('x') });
  await t.throwsAsync(channel.request({ toJSON: () => undefined, text: long('x') }), {
    code: 'ERR_FORKWIRE_NOT_SERIALIZABLE',
  });
  t.is(await channel.request({ do: 'nothing', text: long('x') }), undefined);
  t.is(channel.stats().sent.requestsInFlight, 0);
});

onEachWire('a getter of a request with long strings runs once, and may request', async (t, { share }) => {
  const { channel } = await share(SERVE, {});
  await channel.request({ do: 'echo', value: long('x') });
  let calls = 0;
  let inner;
  const outer = channel.request({
    do: 'echo',
    get value() {
      calls += 1;
      inner = channel.request({ do: 'echo', value: long('inner') });
      return long('outer');
    },
  });
  t.deepEqual([await outer, await inner, calls], [long('outer'), long('inner'), 1]);
});

onEachWire('a structured clone is requested and answered as one', async (t, { share }) => {
  const { channel } = await share(SERVE, { serialization: 'advanced' });
  const value = new Map([
    ['date', new Date(5)],
    ['buffer', Buffer.alloc(100_000, 7)],
    ['big', 3n],
  ]);
  t.deepEqual(await channel.request({ do: 'echo', value }), value);
});

onEachWire('requests and messages do not meet each other', async (t, { fork }) => {
  const child = fork('requests/serve-and-echo.cjs');
  const inbox = new Inbox(child);
  const { channel } = child;
  const answers = [channel.request(1)];
  child.send('a');
  answers.push(channel.request(2));
  child.send('b');
  t.deepEqual(await Promise.all(answers), [{ served: 1 }, { served: 2 }]);
  t.deepEqual(await inbox.take(2), ['a', 'b']);
});

onEachWire('both ends ask each other at the same time', async (t, { fork }) => {
  const child = fork('requests/ask-back.cjs');
  child.channel.serve((n) => n * 2);
  t.is(await child.channel.request(20), 41);
});

onEachWire('a request waits for a handler that comes late', async (t, { fork }) => {
  const { channel } = fork('requests/serve-late.mjs');
  t.deepEqual(await Promise.all([channel.request(1), channel.request(2)]), [2, 3]);
});

onEachWire('a request that nobody serves fails where messages are listened to', async (t, { fork }) => {
  const { channel } = fork('echo.cjs');
  const error = await t.throwsAsync(channel.request(1), { code: 'ERR_FORKWIRE_NO_HANDLER' });
  t.regex(error.message, /serve\(\)/);
  await t.throwsAsync(channel.request(2), { code: 'ERR_FORKWIRE_NO_HANDLER' });
});

onEachWire('after a handler was stopped nobody serves, until one is there again', async (t, { fork }) => {
  const { channel } = fork('requests/serve-and-stop.cjs');
  t.is(await channel.request('a'), 'first a');
  t.is(await channel.request('stop'), 'stopped');
  await t.throwsAsync(channel.request('b'), { code: 'ERR_FORKWIRE_NO_HANDLER' });
});

onEachWire('stopping lets a handler that has begun answer', async (t, { fork }) => {
  const child = fork('requests/ask-when-told.cjs');
  const inbox = new Inbox(child);
  let answer;
  const stop = child.channel.serve(() => new Promise((resolve) => (answer = resolve)));
  child.send('ask');
  await new Promise((resolve) => setImmediate(resolve));
  while (answer === undefined) await new Promise((resolve) => setImmediate(resolve));
  stop();
  stop();
  answer('late');
  t.deepEqual(await inbox.next(), { value: 'late' });
});

onEachWire('there is one handler at a time', async (t, { fork }) => {
  const { channel } = fork('idle.cjs');
  const stop = channel.serve(() => 1);
  t.throws(() => channel.serve(() => 2), { code: 'ERR_FORKWIRE_ALREADY_SERVED' });
  stop[Symbol.dispose]();
  channel.serve(() => 2)();
  t.throws(() => channel.serve('no function'), { code: 'ERR_INVALID_ARG_TYPE' });
});

onEachWire('request() rejects with what is wrong with its arguments', async (t, { share }) => {
  const { channel } = await share(SERVE);
  const circle = {};
  circle.self = circle;
  await t.throwsAsync(channel.request(), { code: 'ERR_MISSING_ARGS' });
  await t.throwsAsync(channel.request(1n), { code: 'ERR_INVALID_ARG_TYPE' });
  await t.throwsAsync(channel.request(circle), { instanceOf: TypeError, message: /circular/ });
  for (const options of [null, 1, [], { signal: {} }, { timeout: '1' }, { handles: {} }]) {
    await t.throwsAsync(channel.request('a', options), { code: 'ERR_INVALID_ARG_TYPE' });
  }
  await t.throwsAsync(channel.request('a', { timout: 5 }), {
    code: 'ERR_INVALID_ARG_VALUE',
    message: /'options\.timout' is unknown\. The options are: signal, timeout, handles, withHandles/,
  });
  for (const timeout of [-1, 1.5, NaN, 2 ** 31]) {
    await t.throwsAsync(channel.request('a', { timeout }), { code: 'ERR_OUT_OF_RANGE' });
  }
  t.is(await channel.request({ do: 'add', a: 1, b: 1 }), 2, 'the numbers are still in step');
});

onEachWire('a method that was taken out of its channel says so', async (t, { share }) => {
  const { channel } = await share(SERVE);
  for (const name of ['request', 'serve', 'post', 'next', 'messages', 'port']) {
    const { [name]: method } = channel;
    for (const owner of [undefined, {}, Object.create(channel)]) {
      t.throws(() => method.call(owner, 'a'), {
        code: 'ERR_INVALID_THIS',
        message: new RegExp(`^${name}\\(\\) was called without its channel: write channel\\.${name}\\(\\)`),
      });
    }
  }
  t.is(await channel.request.bind(channel)({ do: 'add', a: 1, b: 2 }), 3);
});

onEachWire('serve() on a channel that this end has closed throws', async (t, { fork }) => {
  const child = fork(SERVE);
  const { channel } = child;
  child.disconnect();
  t.throws(() => channel.serve(() => {}), { code: 'ERR_IPC_CHANNEL_CLOSED' });
  await exited(child);
});

onEachWire('a request that is too large rejects, and the next one is answered', async (t, { fork }) => {
  const { channel } = fork(SERVE, { maxMessageSize: 1000 });
  const value = 'x'.repeat(2000);
  await t.throwsAsync(channel.request({ do: 'echo', value }), { code: 'ERR_FORKWIRE_MESSAGE_TOO_LARGE' });
  t.is(await channel.request({ do: 'add', a: 1, b: 2 }), 3);
});

onlyForkwire('requests under way are in stats() at both ends', async (t, { fork }) => {
  const child = fork('requests/ask-when-told.cjs');
  const inbox = new Inbox(child);
  let answer;
  const asked = new Promise((resolve) => {
    child.channel.serve(() => {
      resolve();
      return new Promise((done) => (answer = done));
    });
  });
  child.send('ask');
  await asked;
  t.is(child.channel.stats().received.requestsInFlight, 1);
  child.send('stats');
  const { sent } = await inbox.next();
  t.is(sent.requestsInFlight, 1);
  answer(1);
  await inbox.next();
  t.is(child.channel.stats().received.requestsInFlight, 0);
});

onEachWire('a child stays alive for its handler, and ends with the channel', async (t, { fork }) => {
  const child = fork(SERVE);
  t.is(await child.channel.request({ do: 'add', a: 1, b: 2 }), 3);
  child.disconnect();
  t.deepEqual(await exited(child), { code: 0, signal: null });
});

onEachWire('a child that has stopped serving ends', async (t, { fork }) => {
  const child = fork('requests/serve-once.cjs');
  t.is(await child.channel.request('only'), 'only');
  t.deepEqual(await exited(child), { code: 0, signal: null });
});

onEachWire('a child stays alive for the answer to its request', async (t, { fork }) => {
  const child = fork('requests/ask-and-end.cjs');
  child.channel.serve(() => new Promise((resolve) => setTimeout(resolve, 30, 'an answer')));
  const [message] = await when(child, 'message');
  t.is(message, 'an answer');
  t.deepEqual(await exited(child), { code: 0, signal: null });
});
