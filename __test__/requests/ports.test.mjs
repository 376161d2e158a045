import { onlyForkwire } from '../helpers/cases.mjs';
import { exited } from '../helpers/child.mjs';
import { rejection } from '../helpers/rejection.mjs';

onlyForkwire('a port has requests of its own', async (t, { fork }) => {
  const child = fork('requests/serve-on-ports.cjs');
  const [sums, names] = ['sums', 'names'].map((name) => child.channel.port(name));
  t.deepEqual(await Promise.all([sums.request([1, 2]), names.request('a'), sums.request([3, 4])]), [
    3,
    'name a',
    7,
  ]);
  await t.throwsAsync(names.request(null), { instanceOf: TypeError });
  child.disconnect();
  t.deepEqual(await exited(child), { code: 0, signal: null });
});

onlyForkwire('a port that serves cannot be sent, and one that has stopped can', async (t, { fork }) => {
  const child = fork('requests/serve-on-ports.cjs');
  const { MessageChannel } = await import('forkwire');
  const { port1, port2 } = new MessageChannel();
  t.teardown(() => port1.close());
  const stop = port2.serve(() => 'here');
  t.is(await port1.request(1), 'here');
  const refusal = await rejection((async () => child.channel.port('sums').postMessage(1, [port2]))());
  t.is(refusal.name, 'DataCloneError');
  stop();
  port1.close();
  await t.throwsAsync(port1.request(1), { code: 'ERR_IPC_CHANNEL_CLOSED' });
});
