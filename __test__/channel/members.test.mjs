import { fstatSync } from 'node:fs';
import { both, compared } from '../helpers/cases.mjs';
import { exited, textOf, when } from '../helpers/child.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { reportOf } from '../helpers/program.mjs';

const members = ['ref', 'unref', 'refCounted', 'unrefCounted'];

compared('the channel of a child', (t, { fork }) =>
  new Inbox(fork('report-channel.cjs', { silent: true })).next(),
);

compared('the channel of a parent', (t, { fork }) => {
  const { channel } = fork('idle.cjs');
  return members.map((name) => [name, typeof channel[name], typeof channel[name]()]);
});

both("the parent's channel.fd is an open socket", (t, { fork }) => {
  const { channel } = fork('idle.cjs');
  t.true(fstatSync(channel.fd).isSocket());
});

both('channel and connected in the parent, before and after', async (t, { fork }) => {
  const child = fork('idle.cjs');
  t.true(child.connected);
  t.truthy(child.channel);
  child.disconnect();
  t.false(child.connected);
  await when(child, 'disconnect');
  t.is(child.channel, null);
  t.is(typeof child.send, 'function');
  t.is(typeof child.disconnect, 'function');
});

both('channel and connected in the parent after the child has exited', async (t, { fork }) => {
  const child = fork('exit-at-once.cjs');
  await Promise.all([when(child, 'disconnect'), exited(child)]);
  t.is(child.channel, null);
  t.false(child.connected);
});

both('channel, connected, send and disconnect in the child, before and after', async (t, { fork }) => {
  const child = fork('report-disconnect.cjs', { silent: true });
  const functions = { send: 'function', disconnect: 'function' };
  t.deepEqual(await new Inbox(child).next(), { channel: 'object', connected: true, ...functions });
  child.disconnect();
  t.deepEqual(JSON.parse(await textOf(child.stdout)), { channel: null, connected: false, ...functions });
});

for (const [what, expected] of [
  ['nothing', 'after the child'],
  ['unref of the child', 'after the child'],
  ['unref of the channel', 'after the child'],
  ['unref of both', 'at once'],
]) {
  both(`after ${what} the loop of a parent ends ${expected}`, async (t, implementation) => {
    t.deepEqual(await reportOf(t, implementation, 'parent-keep-alive.mjs', [what]), { ended: expected });
  });
}
