import { onlyForkwire } from '../helpers/cases.mjs';
import { fixture, when } from '../helpers/child.mjs';
import { Inbox } from '../helpers/inbox.mjs';

const listed = (channel) => ({
  resources: process.getActiveResourcesInfo().filter((name) => name === 'FORKWIRE_CHANNEL').length,
  handle: process._getActiveHandles().includes(channel),
});

for (const wire of ['native', 'node']) {
  onlyForkwire.serial(
    `a parent's channel is an active resource until it ends, ${wire} wire`,
    async (t, { forkUnbound }) => {
      const before = listed().resources;
      const child = forkUnbound(fixture('idle.cjs'), { wire });
      t.teardown(() => child.kill());
      const { channel } = child;
      t.deepEqual(listed(channel), { resources: before + 1, handle: true });
      channel.unref();
      t.deepEqual(listed(channel), { resources: before, handle: false });
      channel.ref();
      t.deepEqual(listed(channel), { resources: before + 1, handle: true });
      child.disconnect();
      await when(child, 'close');
      t.deepEqual(listed(channel), { resources: before, handle: false });
    },
  );
}

onlyForkwire('a child that listens finds its channel among its active resources', async (t, { fork }) => {
  const { counts, own } = await new Inbox(fork('report-active.cjs')).next();
  t.deepEqual(counts, [
    [0, 0],
    [1, 1],
    [0, 0],
    [1, 1],
  ]);
  t.true(own.includes('getActiveResourcesInfo')); // as enumerable as Node's
});

onlyForkwire('the functions that list resources keep their names', (t, { fork }) => {
  fork('idle.cjs');
  t.is(process.getActiveResourcesInfo.name, 'getActiveResourcesInfo');
  t.is(process._getActiveHandles.name, '_getActiveHandles');
});
