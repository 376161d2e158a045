import { Inbox } from '../helpers/inbox.mjs';
import { overNodeWire } from '../helpers/node-wire.mjs';
import { rejection } from '../helpers/rejection.mjs';

const LACKS = {
  code: 'ERR_FORKWIRE_WIRE',
  message: /needs the native wire, and this channel has Node's own.*fork\(\) of forkwire.*wire: 'native'/,
};

overNodeWire('request() rejects at once, and sends nothing', async (t, { fork }) => {
  const child = fork('echo.cjs');
  const inbox = new Inbox(child);
  await t.throwsAsync(child.channel.request('never sent'), LACKS);
  await t.throwsAsync(child.channel.request('never sent', { timeout: 1, handles: [] }), LACKS);
  const aborted = child.channel.request('never sent', { signal: AbortSignal.abort() });
  t.is((await rejection(aborted)).name, 'AbortError');
  t.is(child.channel.stats().sent.requestsInFlight, 0);
  child.send('alone');
  t.deepEqual(await inbox.take(1), ['alone']);
});

overNodeWire('serve() throws at once, and leaves the channel as it was', async (t, { fork }) => {
  const child = fork('echo.cjs');
  const inbox = new Inbox(child);
  t.throws(() => child.channel.serve(() => {}), LACKS);
  t.throws(() => child.channel.serve(() => {}), LACKS);
  t.throws(() => child.channel.serve('no function'), { code: 'ERR_INVALID_ARG_TYPE' });
  child.send('alone');
  t.deepEqual(await inbox.take(1), ['alone']);
});
