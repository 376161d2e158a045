import { createServer } from 'node:net';
import { onlyForkwire } from '../../helpers/cases.mjs';
import { exited, when } from '../../helpers/child.mjs';
import { Inbox } from '../../helpers/inbox.mjs';
import { overNodeWire } from '../../helpers/node-wire.mjs';

for (const serialization of ['json', 'advanced']) {
  onlyForkwire(
    `${serialization}: post() is fulfilled once the kernel has the message`,
    async (t, { fork }) => {
      const child = fork('echo.cjs', { serialization });
      const inbox = new Inbox(child);
      t.is(await child.channel.post({ n: 1 }), undefined);
      t.is(child.channel.stats().sent.backlog, 0);
      t.deepEqual(await inbox.next(), { n: 1 });
    },
  );
}

onlyForkwire('post() and send() keep the order of their calls', async (t, { share }) => {
  const child = share('echo.cjs');
  const inbox = new Inbox(child);
  const { channel } = child;
  const posts = [channel.post(1)];
  child.send(2);
  posts.push(channel.post(3), channel.post(4));
  child.send(5);
  await Promise.all(posts);
  t.deepEqual(await inbox.take(5), [1, 2, 3, 4, 5]);
});

onlyForkwire('post() rejects with what send() throws', async (t, { fork }) => {
  const { channel } = fork('idle.cjs');
  const circle = {};
  circle.self = circle;
  await t.throwsAsync(channel.post(), { code: 'ERR_MISSING_ARGS' });
  await t.throwsAsync(channel.post(1n), { code: 'ERR_INVALID_ARG_TYPE' });
  await t.throwsAsync(channel.post(circle), { instanceOf: TypeError, message: /circular/ });
  for (const handles of [{}, 1, 'text', () => {}, [() => {}]]) {
    await t.throwsAsync(channel.post('a', { handles }), { code: 'ERR_INVALID_HANDLE_TYPE' });
  }
  for (const options of [null, 1, [], () => {}]) {
    await t.throwsAsync(channel.post('a', options), { code: 'ERR_INVALID_ARG_TYPE', message: /"options"/ });
  }
  await t.throwsAsync(channel.post('a', { signal: {} }), {
    code: 'ERR_INVALID_ARG_TYPE',
    message: /"options\.signal" property must be an instance of AbortSignal/,
  });
});

onlyForkwire('post() on a channel that has ended rejects, without an error event', async (t, { fork }) => {
  const child = fork('idle.cjs');
  const { channel } = child;
  child.on('error', t.fail);
  const over = when(child, 'disconnect');
  child.disconnect();
  await t.throwsAsync(channel.post('late'), { code: 'ERR_IPC_CHANNEL_CLOSED' });
  await over;
  await t.throwsAsync(channel.post('later'), { code: 'ERR_IPC_CHANNEL_CLOSED' });
});

onlyForkwire('post() rejects if the peer is gone before it has taken the message', async (t, { fork }) => {
  const child = fork('hold-messages.cjs');
  child.on('error', t.fail);
  const posts = [];
  for (let at = 0; at < 200; at++) posts.push(child.channel.post('x'.repeat(100_000)));
  child.kill('SIGKILL');
  const outcomes = await Promise.allSettled(posts);
  t.true(outcomes.some(({ status }) => status === 'rejected'));
  for (const { reason } of outcomes.filter(({ status }) => status === 'rejected')) t.is(reason.code, 'EPIPE');
  await exited(child);
});

onlyForkwire(
  'a signal that is aborted before post() keeps the message from being sent',
  async (t, { fork }) => {
    const child = fork('echo.cjs');
    const inbox = new Inbox(child);
    const reason = new Error('not wanted');
    t.is(await t.throwsAsync(child.channel.post('no', { signal: AbortSignal.abort(reason) })), reason);
    await child.channel.post('yes');
    t.is(await inbox.next(), 'yes');
  },
);

onlyForkwire('after post() an abort ends the wait, and the message is on its way', async (t, { fork }) => {
  const child = fork('echo.cjs');
  const inbox = new Inbox(child);
  const controller = new AbortController();
  const long = 'x'.repeat(5_000_000);
  const posted = child.channel.post(long, { signal: controller.signal });
  controller.abort();
  await t.throwsAsync(posted, { any: true, name: 'AbortError' });
  t.is(await inbox.next(), long);
});

onlyForkwire('post() with a handle is fulfilled once the receiver has taken it', async (t, { fork }) => {
  const server = createServer().listen(0, '127.0.0.1');
  t.teardown(() => server.close());
  await when(server, 'listening');
  const child = fork('report-handle.cjs');
  const inbox = new Inbox(child);
  await child.channel.post('take it', { handles: server });
  t.is(child.channel.stats().sent.handlesInFlight, 0);
  t.deepEqual(await inbox.next(), { message: 'take it', handle: 'Server', count: 1 });
});

overNodeWire('post() sends a message, and the one handle of an array', async (t, { fork }) => {
  const server = createServer().listen(0, '127.0.0.1');
  t.teardown(() => server.close());
  await when(server, 'listening');
  const child = fork('report-handle.cjs');
  const inbox = new Inbox(child);
  await child.channel.post('take it', { handles: [server] });
  t.deepEqual(await inbox.next(), { message: 'take it', handle: 'Server', count: 1 });
});
