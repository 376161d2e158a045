import { createSocket } from 'node:dgram';
import test from '../../helpers/test.mjs';
import { onlyForkwire } from '../../helpers/cases.mjs';
import { exited, when } from '../../helpers/child.mjs';
import { forkwire, stockOnly } from '../../helpers/implementations.mjs';
import { reportOf } from '../../helpers/program.mjs';
import { killWhileBusy, stop } from '../../helpers/stopped.mjs';

const declare = stockOnly ? test.skip : test;

// A program cannot prevent that its peer dies, and Node's channel loses what was on its way without a word.
for (const wire of ['native', 'node']) {
  for (const way of [
    'killed by others',
    'killed by its parent',
    'dead already, a message',
    'dead already, a handle',
    'a handle behind a backlog',
  ]) {
    declare(`a parent without an 'error' listener outlives its child, ${wire} wire: ${way}`, async (t) => {
      t.deepEqual(await reportOf(t, forkwire, 'outlive-child.mjs', [way, wire]), {
        uncaught: [],
        warnings: [],
        published: 1 + (way === 'a handle behind a backlog'),
        counted: true,
      });
    });
  }
}

for (const serialization of ['json', 'advanced']) {
  declare(`a child without an 'error' listener outlives its parent, ${serialization}`, async (t) => {
    t.deepEqual(await reportOf(t, forkwire, 'outlive-parent.mjs', [serialization]), { uncaught: [] });
  });
}

onlyForkwire(
  "a listener that is added after the send gets the 'error', with the number of messages",
  async (t, { fork }) => {
    const child = fork('idle.cjs');
    await stop(child);
    child.send('x'.repeat(8 << 20));
    child.send('after it');
    child.kill('SIGKILL');
    const [error] = await when(child, 'error');
    t.is(error.messages, 2);
    t.is(error.code, 'EPIPE');
  },
);

onlyForkwire("a listener that is added in the tick of the send gets the 'error'", async (t, { fork }) => {
  const child = fork('idle.cjs');
  await when(child, 'spawn');
  killWhileBusy(child);
  child.send('to the dead');
  const error = when(child, 'error');
  t.is((await error)[0].syscall, 'write');
  await exited(child);
});

onlyForkwire('a handle that has no descriptor yet is a warning without a listener', async (t, { fork }) => {
  const child = fork('idle.cjs');
  const socket = createSocket('udp4');
  t.teardown(() => socket.close());
  const warning = new Promise((resolve) => {
    const listener = (error) => {
      if (error.syscall !== 'write') return;
      process.off('warning', listener);
      resolve(error);
    };
    process.on('warning', listener);
  });
  t.false(child.send('unbound', socket));
  t.is((await warning).code, 'EBADF');
});
