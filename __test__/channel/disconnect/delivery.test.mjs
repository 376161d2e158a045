import { both, onlyForkwire } from '../../helpers/cases.mjs';
import { exited, when } from '../../helpers/child.mjs';
import { Inbox } from '../../helpers/inbox.mjs';
import { stop } from '../../helpers/stopped.mjs';

const numbers = (count) => [...Array(count).keys()];

/** What a child prints on stdout after `messages` and then 'disconnect'. */
const countOf = async (child) => {
  const [text] = await when(child.stdout.setEncoding('utf8'), 'data');
  return JSON.parse(text);
};

both('what was sent just before disconnect() arrives', async (t, { fork }) => {
  const child = fork('count-until-disconnect.cjs', { silent: true });
  for (const i of numbers(10)) child.send({ i });
  child.disconnect();
  t.deepEqual(await countOf(child), { count: 10, bytes: 0 });
});

both('what the child sent just before process.disconnect() arrives', async (t, { fork }) => {
  const child = fork('send-then-disconnect.cjs', ['10', '10']);
  const inbox = new Inbox(child);
  const messages = await inbox.take(10);
  t.deepEqual(
    messages.map(({ i }) => i),
    numbers(10),
  );
});

// Stock Node drops messages that wait for a listener.
for (const serialization of ['json', 'advanced']) {
  onlyForkwire(
    `messages that wait for a listener after 'disconnect' survive a garbage collection, ${serialization}`,
    async (t, { fork }) => {
      const execArgv = ['--expose-gc'];
      const child = fork('listen-after-collection.cjs', { silent: true, execArgv, serialization });
      for (const i of numbers(100)) child.send({ i });
      child.disconnect();
      t.deepEqual(await countOf(child), { count: 100, bytes: 0 });
    },
  );
}

// Stock Node drops what the kernel has not taken when disconnect() is called.
for (const serialization of ['json', 'advanced']) {
  onlyForkwire(`3 MB sent before disconnect() arrive, ${serialization}`, async (t, { fork }) => {
    const child = fork('count-until-disconnect.cjs', { silent: true, serialization });
    const text = 'x'.repeat(1000);
    for (const i of numbers(3000)) child.send({ i, text });
    child.disconnect();
    t.deepEqual(await countOf(child), { count: 3000, bytes: 3_000_000 });
    t.deepEqual(await exited(child), { code: 0, signal: null });
  });

  onlyForkwire(
    `one message of 3 MB sent before disconnect() arrives, ${serialization}`,
    async (t, { fork }) => {
      const child = fork('count-until-disconnect.cjs', { silent: true, serialization });
      const resume = await stop(child);
      child.send({ i: 0, text: 'x'.repeat(3_000_000) });
      child.disconnect();
      t.false(child.connected);
      resume();
      t.deepEqual(await countOf(child), { count: 1, bytes: 3_000_000 });
    },
  );

  onlyForkwire(
    `3 MB that the child sent before process.disconnect() arrive, ${serialization}`,
    async (t, { fork }) => {
      const child = fork('send-then-disconnect.cjs', ['3000', '1000'], { serialization });
      const received = [];
      child.on('message', ({ i }) => received.push(i));
      await when(child, 'disconnect');
      t.deepEqual(received, numbers(3000));
      t.deepEqual(await exited(child), { code: 0, signal: null });
    },
  );
}

onlyForkwire("everything the child sent comes before 'disconnect'", async (t, { fork }) => {
  const child = fork('send-then-disconnect.cjs', ['500', '1000']);
  const events = [];
  child.on('message', () => events.push('message'));
  child.on('disconnect', () => events.push('disconnect'));
  await when(child, 'close');
  t.deepEqual(events, [...Array(500).fill('message'), 'disconnect']);
});

both('disconnect() inside a message listener', async (t, { fork }) => {
  const child = fork('echo.cjs');
  child.send('m');
  await when(child, 'message');
  child.disconnect();
  t.deepEqual(await exited(child), { code: 0, signal: null });
});

both('disconnect() in the tick of fork(), before the child has started', async (t, { fork }) => {
  const child = fork('count-until-disconnect.cjs', { silent: true });
  child.send({});
  child.disconnect();
  t.like(await countOf(child), { count: 1 });
});
