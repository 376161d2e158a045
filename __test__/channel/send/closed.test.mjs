import { both, compared } from '../../helpers/cases.mjs';
import { exited, textOf, when } from '../../helpers/child.mjs';
import { reportOf } from '../../helpers/program.mjs';
import { killWhileBusy } from '../../helpers/stopped.mjs';

const errorOf = (send) => new Promise((resolve) => send(resolve));

both('returns false and calls back with the error once the child has exited', async (t, { fork }) => {
  const child = fork('exit-at-once.cjs');
  await Promise.all([exited(child), when(child, 'disconnect')]);
  const error = await errorOf((callback) => t.false(child.send('late', callback)));
  t.is(error.code, 'ERR_IPC_CHANNEL_CLOSED');
  t.is(error.message, 'Channel closed');
});

both("emits 'error' when there is no callback", async (t, { fork }) => {
  const child = fork('exit-at-once.cjs');
  await Promise.all([exited(child), when(child, 'disconnect')]);
  const error = when(child, 'error');
  t.false(child.send('late'));
  t.is((await error)[0].code, 'ERR_IPC_CHANNEL_CLOSED');
});

both("with a callback there is no 'error'", async (t, { fork }) => {
  const child = fork('idle.cjs');
  child.on('error', () => t.fail());
  child.disconnect();
  for (const args of [[], [undefined], [undefined, {}]]) {
    const error = await errorOf((callback) => t.false(child.send('late', ...args, callback)));
    t.is(error.code, 'ERR_IPC_CHANNEL_CLOSED');
  }
});

both('calls back on the next tick after disconnect(), never within send()', async (t, { fork }) => {
  const child = fork('idle.cjs');
  child.disconnect();
  const log = [];
  child.on('error', () => log.push('error event'));
  process.nextTick(() => log.push('tick'));
  child.send('a', () => log.push('callback'));
  child.send('b');
  process.nextTick(() => log.push('later tick'));
  log.push('send returned');
  await new Promise((resolve) => setImmediate(resolve));
  t.deepEqual(log, ['send returned', 'tick', 'callback', 'error event', 'later tick']);
});

both('finds the channel closed before it looks at the message or the handle', async (t, { fork }) => {
  const child = fork('idle.cjs');
  child.disconnect();
  for (const args of [[undefined], [1n], [1, {}], [{ toJSON: () => undefined }]]) {
    const error = await errorOf((callback) => child.send(args[0], args[1], {}, callback));
    t.is(error.code, 'ERR_IPC_CHANNEL_CLOSED');
  }
});

both('finds options of a wrong type before it finds the channel closed', (t, { fork }) => {
  const child = fork('idle.cjs');
  child.disconnect();
  t.throws(() => child.send(1, undefined, null), { code: 'ERR_INVALID_ARG_TYPE' });
});

compared('the error of writing to a child that has just died', async (t, { fork }) => {
  const child = fork('idle.cjs');
  await when(child, 'spawn');
  killWhileBusy(child);
  const error = await errorOf((callback) => child.send('to the dead', callback));
  const { name, code, errno, syscall, message } = error;
  t.is(syscall, 'write');
  return { name, code, errno, syscall, message, type: error.constructor.name };
});

both("emits the error of writing to a dead child as 'error' without a callback", async (t, { fork }) => {
  const child = fork('idle.cjs');
  await when(child, 'spawn');
  killWhileBusy(child);
  child.send('to the dead');
  const [error] = await when(child, 'error');
  t.is(error.syscall, 'write');
  t.deepEqual(await exited(child), { code: null, signal: 'SIGKILL' });
});

both('swallowErrors silences that event', async (t, { fork }) => {
  const child = fork('idle.cjs');
  await when(child, 'spawn');
  killWhileBusy(child);
  child.on('error', () => t.fail());
  child.send('to the dead', undefined, { swallowErrors: true });
  await exited(child);
  t.pass();
});

both("an 'error' without a listener is an uncaught exception", async (t, implementation) => {
  t.deepEqual(await reportOf(t, implementation, 'send-when-closed.mjs'), {
    uncaught: ['ERR_IPC_CHANNEL_CLOSED'],
  });
});

both(
  'process.send() on a closed channel calls back with the error, or emits it without a callback',
  async (t, { fork }) => {
    const child = fork('send-after-disconnect.cjs', { silent: true });
    const [text, end] = await Promise.all([textOf(child.stdout), exited(child)]);
    t.deepEqual(end, { code: 0, signal: null });
    t.deepEqual(JSON.parse(text), [
      ['returned', false, false],
      ['callback', 'ERR_IPC_CHANNEL_CLOSED'],
      ['error event', 'ERR_IPC_CHANNEL_CLOSED'],
    ]);
  },
);
