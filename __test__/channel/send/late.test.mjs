import { onlyForkwire } from '../../helpers/cases.mjs';
import { exited, fixture, textOf, when } from '../../helpers/child.mjs';
import { overNodeWire } from '../../helpers/node-wire.mjs';

const ignoreLateSends = true;

async function late(t, child) {
  child.on('error', t.fail);
  const { channel } = child;
  child.disconnect();
  t.false(child.send('late'));
  const error = await new Promise((resolve) => t.false(child.send('late', resolve)));
  t.is(error.code, 'ERR_IPC_CHANNEL_CLOSED');
  t.false(child.sendMany(['late', 'later']));
  await t.throwsAsync(channel.post('late'), { code: 'ERR_IPC_CHANNEL_CLOSED' });
  await new Promise((resolve) => setImmediate(resolve));
  t.is(channel.stats().sent.errors, 5);
}

onlyForkwire('with ignoreLateSends a late send emits no error, and its callback gets it', (t, { fork }) =>
  late(t, fork('idle.cjs', { ignoreLateSends })),
);

overNodeWire('with ignoreLateSends a late send emits no error, and its callback gets it', (t, { fork }) =>
  late(t, fork('idle.cjs', { ignoreLateSends })),
);

onlyForkwire('ignoreLateSends applies to the child too', async (t, { fork }) => {
  const child = fork('send-late.cjs', { ignoreLateSends, silent: true });
  const texts = Promise.all([textOf(child.stdout), textOf(child.stderr)]);
  t.deepEqual(await exited(child), { code: 0, signal: null });
  t.deepEqual(await texts, ['false ERR_IPC_CHANNEL_CLOSED', '']);
});

onlyForkwire('without ignoreLateSends a late send in a child is uncaught', async (t, { fork }) => {
  const child = fork('send-late.cjs', { silent: true });
  const text = textOf(child.stderr);
  t.deepEqual(await exited(child), { code: 1, signal: null });
  t.regex(await text, /ERR_IPC_CHANNEL_CLOSED/);
});

onlyForkwire('an invalid ignoreLateSends is refused', async (t, { fork, forkUnbound }) => {
  t.throws(() => forkUnbound(fixture('idle.cjs'), { ignoreLateSends: 'yes' }), {
    code: 'ERR_INVALID_ARG_TYPE',
    message: /"options\.ignoreLateSends" property must be of type boolean/,
  });
  const child = fork('idle.cjs', { ignoreLateSends: false });
  const error = when(child, 'error');
  child.disconnect();
  child.send('late');
  t.is((await error)[0].code, 'ERR_IPC_CHANNEL_CLOSED');
});
