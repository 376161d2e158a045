import childProcess from 'node:child_process';
import { Socket } from 'node:net';
import { endWithTest, fixture, when } from '../helpers/child.mjs';
import { CHILD } from '../helpers/each-wire.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { overNodeWire } from '../helpers/node-wire.mjs';
import { rejection } from '../helpers/rejection.mjs';
import test from '../helpers/test.mjs';

const NOT_ANNOUNCED = {
  code: 'ERR_FORKWIRE_WIRE',
  message: /has not announced it\. Load 'forkwire\/child' in that program.*wire: 'native'/,
};

const LOADED = { execArgv: ['--require', CHILD] };

overNodeWire('a stock child that has sent a message has no requests, at once', async (t, { fork }) => {
  const child = fork('echo.cjs');
  const inbox = new Inbox(child);
  child.send('alone');
  t.deepEqual(await inbox.take(1), ['alone']);
  await t.throwsAsync(child.channel.request('never sent'), NOT_ANNOUNCED);
  const aborted = child.channel.request('never sent', { signal: AbortSignal.abort() });
  t.is((await rejection(aborted)).name, 'AbortError');
  t.is(child.channel.stats().sent.requestsInFlight, 0);
  child.send('still alone');
  t.deepEqual(await inbox.take(1), ['still alone']);
});

overNodeWire('a stock child that sends nothing has no requests after a while', async (t, { fork }) => {
  const child = fork('echo.cjs');
  const inbox = new Inbox(child);
  const { channel } = child;
  const early = await rejection(channel.request('never sent', { timeout: 1 }));
  t.is(early.name, 'TimeoutError');
  const [first, second] = await Promise.all([rejection(channel.request(1)), rejection(channel.request(2))]);
  t.is(first.code, NOT_ANNOUNCED.code);
  t.is(second.code, NOT_ANNOUNCED.code);
  await t.throwsAsync(channel.request(3), NOT_ANNOUNCED);
  child.send('nothing of it was sent');
  t.deepEqual(await inbox.take(1), ['nothing of it was sent']);
});

overNodeWire('a child that ends without a word leaves no request open', async (t, { fork }) => {
  const child = fork('exit-at-once.cjs');
  const error = await rejection(child.channel.request(1));
  t.is(error.code, 'ERR_FORKWIRE_PEER_GONE');
  t.is(error.delivered, 'no');
});

overNodeWire('serve() waits for a child that announces itself', async (t, { fork }) => {
  const child = fork('requests/ask-back.cjs', LOADED);
  const stop = child.channel.serve((n) => n * 2);
  t.throws(() => child.channel.serve(() => {}), { code: 'ERR_FORKWIRE_ALREADY_SERVED' });
  t.is(await child.channel.request(20), 41);
  stop();
});

overNodeWire('requests and answers carry no handles, and say so', async (t, { fork }) => {
  const { channel } = fork('requests/serve.cjs', LOADED);
  const refused = { code: 'ERR_FORKWIRE_WIRE', message: /carry no handles: send these with send\(\)/ };
  const handles = [new Socket()];
  await t.throwsAsync(channel.request(1, { handles }), refused); // before the child has announced itself
  await t.throwsAsync(channel.request({ do: 'giveServer' }), refused);
  await t.throwsAsync(channel.request(1, { handles }), refused);
});

overNodeWire('the program sees nothing of the announcement', async (t, { fork }) => {
  const child = fork('requests/print-environment.cjs', LOADED);
  const messages = [];
  child.on('message', (message) => messages.push(message));
  t.is(await child.channel.request('variables'), '');
  t.deepEqual(messages, []);
});

test('a child of node:child_process has no requests, at once', async (t) => {
  const child = childProcess.fork(fixture('requests/try-requests.cjs'), LOADED);
  endWithTest(t, child);
  const [failures] = await when(child, 'message');
  t.deepEqual(failures, ['ERR_FORKWIRE_WIRE', 'ERR_FORKWIRE_WIRE']);
});

overNodeWire('a grandchild does not take its parent for forkwire', async (t, { fork }) => {
  // The child is stock, and passes on the variable that it was started with.
  const child = fork('requests/try-in-a-child.cjs', [CHILD]);
  const [failures] = await when(child, 'message');
  t.deepEqual(failures, ['ERR_FORKWIRE_WIRE', 'ERR_FORKWIRE_WIRE']);
});
