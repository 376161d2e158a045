import { connect } from 'node:net';
import { onlyForkwire } from '../../helpers/cases.mjs';
import { exited, textOf, when } from '../../helpers/child.mjs';
import { Inbox } from '../../helpers/inbox.mjs';
import { overNodeWire } from '../../helpers/node-wire.mjs';
import { runProgram } from '../../helpers/program.mjs';
import { waitingFor } from '../../helpers/waits.mjs';

const numbers = (count) => [...Array(count).keys()];

async function collect(iterator, count = Infinity) {
  const collected = [];
  const wait = async () => {
    for await (const message of iterator) if (collected.push(message) === count) break;
    return collected;
  };
  return waitingFor('the end of a loop over messages', wait());
}

const inOrder = async (t, child, count) => {
  const received = await collect(child.channel.messages());
  t.deepEqual(
    received.map(({ i }) => i),
    numbers(count),
  );
};

for (const serialization of ['json', 'advanced']) {
  onlyForkwire(
    `${serialization}: a loop gets all messages in order, and ends with the channel`,
    (t, { fork }) => inOrder(t, fork('send-then-disconnect.cjs', ['3000', '1000'], { serialization }), 3000),
  );
}

// Stock Node drops what the kernel has not taken when disconnect() is called: there is little of it.
overNodeWire('a loop gets all messages in order, and ends with the channel', (t, { fork }) =>
  inOrder(t, fork('send-then-disconnect.cjs', ['100', '10']), 100),
);

onlyForkwire('a loop that begins after the channel has ended gets what waited', async (t, { fork }) => {
  const child = fork('send-then-disconnect.cjs', ['100', '10']);
  const { channel } = child;
  await when(child, 'disconnect');
  t.is((await collect(channel.messages())).length, 100);
  t.deepEqual(await collect(channel.messages()), []);
});

onlyForkwire('after break the next loop goes on with the next message', async (t, { fork }) => {
  const child = fork('send-then-disconnect.cjs', ['50', '10']);
  const { channel } = child;
  const first = await collect(channel.messages(), 20);
  const second = await collect(channel.messages(), 20);
  const rest = [];
  child.on('message', (message) => rest.push(message));
  await when(child, 'disconnect');
  t.deepEqual(
    [...first, ...second, ...rest].map(({ i }) => i),
    numbers(50),
  );
});

onlyForkwire('an exception in the loop ends it, and loses no message', async (t, { fork }) => {
  const child = fork('send-then-disconnect.cjs', ['3', '10']);
  const loop = async () => {
    for await (const { i } of child.channel.messages()) throw new Error(`at ${i}`);
  };
  await t.throwsAsync(loop(), { message: 'at 0' });
  const rest = await collect(child.channel.messages());
  t.deepEqual(
    rest.map(({ i }) => i),
    [1, 2],
  );
});

onlyForkwire('while a loop works, the sender finds that send() returns false', async (t, { fork }) => {
  const child = fork('loop-over-messages.mjs', { silent: true });
  const inbox = new Inbox(child);
  child.send({ wait: true });
  await when(child.stdout, 'data');
  const text = 'x'.repeat(10_000);
  let sent = 0;
  while (child.send({ i: sent++, text }));
  await new Promise((resolve) => child.send({ i: sent++, text }, resolve) || setImmediate(resolve));
  while (child.channel.stats().sent.bytes < 1 << 20) {
    child.send({ i: sent++, text });
    await new Promise((resolve) => setImmediate(resolve));
  }
  for (let more = 0; more < 500; more++) child.send({ i: sent++, text });
  t.true(child.channel.stats().sent.backlog > 1_000_000);
  child.stdin.write('go on');
  child.send('leave');
  await inbox.next();
  const echoed = await inbox.take(sent);
  t.deepEqual(
    echoed.map(({ i }) => i),
    numbers(sent),
  );
  t.is(await inbox.next(), 'left');
  t.deepEqual(await exited(child), { code: 0, signal: null });
});

onlyForkwire('two loops share the messages', async (t, { fork }) => {
  const child = fork('send-then-disconnect.cjs', ['100', '10']);
  const { channel } = child;
  const loops = await Promise.all([collect(channel.messages()), collect(channel.messages())]);
  t.true(loops.every((received) => received.length > 10));
  const all = loops.flat().map(({ i }) => i);
  t.deepEqual(
    all.sort((a, b) => a - b),
    numbers(100),
  );
});

onlyForkwire("'message' listeners get what a loop gets, one message at a time", async (t, { fork }) => {
  const child = fork('send-then-disconnect.cjs', ['20', '10']);
  const heard = [];
  child.on('message', ({ i }) => heard.push(i));
  for await (const { i } of child.channel.messages()) {
    await new Promise((resolve) => setImmediate(resolve));
    t.deepEqual(heard, numbers(i + 1));
  }
  t.is(heard.length, 20);
});

onlyForkwire('a listener gets the rest after a loop has ended', async (t, { fork }) => {
  const child = fork('send-then-disconnect.cjs', ['20', '10']);
  const heard = [];
  child.on('message', ({ i }) => heard.push(i));
  await collect(child.channel.messages(), 5);
  await when(child, 'disconnect');
  t.deepEqual(heard, numbers(20));
});

onlyForkwire('a signal ends a loop that waits, with its reason', async (t, { fork }) => {
  const child = fork('echo.cjs');
  const reason = new Error('enough');
  const controller = new AbortController();
  const received = [];
  const loop = async () => {
    for await (const message of child.channel.messages({ signal: controller.signal })) {
      received.push(message);
      setImmediate(() => controller.abort(reason));
    }
  };
  const looping = loop();
  child.send(1);
  t.is(await t.throwsAsync(looping), reason);
  child.send(2);
  t.deepEqual(await collect(child.channel.messages(), 1), [2]);
  t.deepEqual(received, [1]);
  const late = child.channel.messages({ signal: controller.signal });
  t.is(await t.throwsAsync(late.next()), reason);
  t.deepEqual(await late.next(), { done: true, value: undefined });
});

onlyForkwire('return() ends the calls of next() that wait', async (t, { fork }) => {
  const messages = fork('idle.cjs').channel.messages();
  const waits = [messages.next(), messages.next()];
  await messages.return();
  for (const wait of waits) t.deepEqual(await wait, { done: true, value: undefined });
  t.deepEqual(await messages.next(), { done: true, value: undefined });
});

onlyForkwire('a loop with handles gets an array of them, which may be empty', async (t, { fork }) => {
  const child = fork('offer-socket.cjs');
  const [first, second] = await (async () => {
    const both = [];
    const messages = child.channel.messages({ handles: true });
    const { value: one } = await messages.next();
    both.push(one);
    const [{ port }] = one;
    const client = connect(port, '127.0.0.1');
    t.teardown(() => client.destroy());
    both.push((await messages.next()).value);
    await messages.return();
    return both;
  })();
  t.deepEqual(first[1], []);
  t.is(second[0], 'socket');
  t.is(second[1].length, 1);
  t.is(second[1][0].constructor.name, 'Socket');
  second[1][0].destroy();
});

onlyForkwire('a loop without handles closes those that come', async (t, { fork }) => {
  const child = fork('offer-socket.cjs');
  const messages = child.channel.messages();
  const {
    value: { port },
  } = await messages.next();
  const client = connect(port, '127.0.0.1');
  const closed = when(client.resume(), 'close');
  t.is((await messages.next()).value, 'socket');
  await messages.return();
  await closed;
  t.pass();
});

onlyForkwire(
  'a listener that throws is an uncaught exception, and none of the loop',
  async (t, implementation) => {
    const { code, stdout, stderr } = await runProgram(t, implementation, 'throw-beside-loop.mjs');
    t.is(stdout, '[0,1,2] Error: from the listener\n', stderr);
    t.is(code, 0);
  },
);

onlyForkwire('invalid options are refused', (t, { fork }) => {
  const { channel } = fork('idle.cjs');
  for (const options of [null, 1, [], 'a']) {
    t.throws(() => channel.messages(options), { code: 'ERR_INVALID_ARG_TYPE' });
  }
  t.throws(() => channel.messages({ signal: 1 }), { code: 'ERR_INVALID_ARG_TYPE' });
});

onlyForkwire(
  'a child can ask for what was sent before it ran, after its parent has disconnected',
  async (t, { fork }) => {
    const child = fork('loop-late.mjs', { silent: true });
    const output = textOf(child.stdout);
    child.send(1);
    child.send(2);
    child.disconnect();
    t.deepEqual(JSON.parse(await output), { before: true, received: [1, 2], after: false });
  },
);

onlyForkwire('process.channel is null at once if nothing waits', async (t, { fork }) => {
  const child = fork('loop-late.mjs', { silent: true });
  const output = textOf(child.stdout);
  child.disconnect();
  t.deepEqual(JSON.parse(await output), { before: false, received: [], after: false });
});
