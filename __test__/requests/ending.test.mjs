import { onEachWire } from '../helpers/each-wire.mjs';
import { rejection } from '../helpers/rejection.mjs';
import { closed, exited, textOf, when } from '../helpers/child.mjs';

const SERVE = 'requests/serve.cjs';

onEachWire('disconnect() waits for the answers of requests that were sent', async (t, { fork }) => {
  const child = fork(SERVE);
  const { channel } = child;
  const answers = [channel.request({ do: 'later', value: 1 }), channel.request({ do: 'later', value: 2 })];
  child.disconnect();
  t.false(child.connected);
  await t.throwsAsync(channel.request({ do: 'add', a: 1, b: 2 }), { code: 'ERR_IPC_CHANNEL_CLOSED' });
  t.deepEqual(await Promise.all(answers), [1, 2]);
  await when(child, 'disconnect');
  t.is(child.channel, null);
});

onEachWire('disconnect() waits for the answers of requests that were taken', async (t, { fork }) => {
  const child = fork(SERVE);
  const { channel } = child;
  const closing = channel.request({ do: 'disconnect' });
  const declined = channel.request({ do: 'add', a: 1, b: 2 });
  const error = await t.throwsAsync(declined, { code: 'ERR_FORKWIRE_PEER_GONE' });
  t.is(error.delivered, 'no');
  t.is(await closing, 'after disconnect()');
  await when(child, 'disconnect');
});

onEachWire('disconnect() while requests wait for a handler declines them', async (t, { fork }) => {
  const child = fork('requests/disconnect-unserved.cjs');
  const error = await t.throwsAsync(child.channel.request(1), { code: 'ERR_FORKWIRE_PEER_GONE' });
  t.is(error.delivered, 'no');
  await when(child, 'disconnect');
});

onEachWire('a request given up lets disconnect() go on', async (t, { fork }) => {
  const child = fork(SERVE);
  const controller = new AbortController();
  const request = child.channel.request({ do: 'never' }, { signal: controller.signal });
  const over = when(child, 'disconnect');
  child.disconnect();
  controller.abort();
  t.is((await rejection(request)).name, 'AbortError');
  await over;
  t.pass();
});

onEachWire('a peer that ends leaves no request open', async (t, { fork }) => {
  const child = fork(SERVE);
  child.on('error', t.fail);
  const { channel } = child;
  const open = [channel.request({ do: 'never' }), channel.request({ do: 'exit' })];
  const errors = (await Promise.allSettled(open)).map(({ reason }) => reason);
  t.deepEqual(
    errors.map(({ code, delivered }) => [code, delivered]),
    [
      ['ERR_FORKWIRE_PEER_GONE', 'unknown'],
      ['ERR_FORKWIRE_PEER_GONE', 'unknown'],
    ],
  );
  await closed(child);
  const late = await t.throwsAsync(channel.request(1), { code: 'ERR_FORKWIRE_PEER_GONE' });
  t.is(late.delivered, 'no');
});

onEachWire('what a stopped peer did not take was not delivered', async (t, { fork }) => {
  const child = fork(SERVE);
  const { channel } = child;
  t.is(await channel.request({ do: 'add', a: 1, b: 2 }), 3);
  child.kill('SIGSTOP');
  const value = 'x'.repeat(100_000);
  const all = Array.from({ length: 50 }, () => channel.request({ do: 'echo', value }));
  child.kill('SIGKILL');
  const settled = await Promise.allSettled(all);
  const words = settled.map(({ reason }) => reason.delivered);
  t.is(words[0], 'unknown');
  t.is(words.at(-1), 'no');
  t.deepEqual(
    words,
    [...words].sort((a, b) => b.localeCompare(a)),
    'once one was not taken, no later one was',
  );
});

onEachWire('answers are flushed at exit', async (t, { fork }) => {
  const child = fork('requests/answer-and-exit.cjs');
  const answers = await Promise.all([child.channel.request(1), child.channel.request(2)]);
  t.deepEqual(
    answers.map(({ length }) => length),
    [500_000, 500_000],
  );
  t.deepEqual(await exited(child), { code: 0, signal: null });
});

onEachWire(
  "the child's request is answered before the parent's disconnect() is over",
  async (t, { fork }) => {
    const child = fork('requests/ask-and-print.cjs', { silent: true });
    let answer;
    await new Promise((resolve) => {
      child.channel.serve(() => {
        resolve();
        return new Promise((done) => (answer = done));
      });
    });
    child.disconnect();
    answer('at last');
    t.is(await textOf(child.stdout), 'at last');
  },
);
