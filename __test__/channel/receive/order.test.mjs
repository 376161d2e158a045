import { both, compared, onlyForkwire } from '../../helpers/cases.mjs';
import { Inbox } from '../../helpers/inbox.mjs';
import { reportOf } from '../../helpers/program.mjs';

const numbers = (count) => [...Array(count).keys()];

both('a run of messages arrives in order, each once', async (t, { share }) => {
  const child = share('echo.cjs');
  const inbox = new Inbox(child);
  const sizes = numbers(5000).map((i) => ({ i, text: 'x'.repeat((i * 7919) % 300) }));
  for (const message of sizes) child.send(message);
  t.deepEqual(await inbox.take(5000), sizes);
});

both('messages of one read are emitted tick by tick, before the microtasks between', async (t, { fork }) => {
  const child = fork('log-ticks.cjs', { stdio: ['pipe', 'inherit', 'inherit', 'ipc'] });
  const inbox = new Inbox(child);
  await inbox.next();
  const ticks = ['1', '2', '3', 'last'];
  await Promise.all(ticks.map((message) => new Promise((resolve) => child.send(message, resolve))));
  child.stdin.end('x');
  const log = await inbox.next();
  t.deepEqual(log, [
    ...ticks.map((message) => `message ${message}`),
    ...ticks.map((message) => `tick of ${message}`),
    ...ticks.map((message) => `microtask of ${message}`),
  ]);
});

both('a throw in a listener is uncaught, and later messages still come', async (t, { fork }) => {
  const child = fork('throw-on-some.cjs');
  const inbox = new Inbox(child);
  for (const i of numbers(20)) child.send(i);
  const replies = await inbox.take(20);
  t.deepEqual(
    [...replies].sort(),
    numbers(20)
      .map((i) => (i % 2 ? `caught for ${i}` : i))
      .sort(),
  );
});

both('a rejection in a listener is unhandled, and later messages still come', async (t, { fork }) => {
  const child = fork('reject-on-some.cjs');
  const inbox = new Inbox(child);
  for (const i of numbers(20)) child.send(i);
  const replies = await inbox.take(20);
  t.deepEqual(
    [...replies].sort(),
    numbers(20)
      .map((i) => (i % 2 ? `caught for ${i}` : i))
      .sort(),
  );
});

compared('throws in the listeners of a parent', (t, implementation) =>
  reportOf(t, implementation, 'throw-in-listener.mjs'),
);

both('an uncaught throw in a listener ends the child with code 1', async (t, { fork }) => {
  const child = fork('throw-at-once.cjs', { silent: true });
  child.send('m');
  t.deepEqual(await new Promise((resolve) => child.once('exit', (...args) => resolve(args))), [1, null]);
});

both('messages cross each other in both directions', async (t, { share }) => {
  const child = share('echo.cjs');
  const inbox = new Inbox(child);
  for (const i of numbers(200)) {
    child.send(2 * i);
    child.send(2 * i + 1);
    t.is(await inbox.next(), 2 * i);
    t.is(await inbox.next(), 2 * i + 1);
  }
});

both('listeners that keep answering each other do not starve other work', async (t, { fork }) => {
  const child = fork('echo.cjs');
  let timers = 0;
  const timer = setInterval(() => timers++, 1);
  child.on('message', (message) => child.send(message));
  child.send('ball');
  while (timers < 5) await new Promise((resolve) => setImmediate(resolve));
  clearInterval(timer);
  t.pass();
});

// Stock Node emits the messages of one read to the listeners of that moment, and drops the others.
for (const serialization of ['json', 'advanced']) {
  onlyForkwire(
    `${serialization}: who listens for one message at a time gets all of them in order`,
    async (t, { fork }) => {
      const child = fork('listen-one-by-one.cjs', { serialization });
      const inbox = new Inbox(child);
      const text = 'x'.repeat(1000);
      for (const i of numbers(3000)) child.send({ i, text });
      child.send('end');
      const received = await inbox.next();
      t.deepEqual(
        received.map(({ i }) => i),
        numbers(3000),
      );
    },
  );
}
