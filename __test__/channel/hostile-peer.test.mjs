import { writeSync } from 'node:fs';
import { onlyForkwire } from '../helpers/cases.mjs';
import { textOf, when } from '../helpers/child.mjs';
import { recordEvents } from '../helpers/events.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { runProgram } from '../helpers/program.mjs';
import { untilIdle } from '../helpers/stopped.mjs';

// In stock Node, such data is an uncaught exception in the process that reads it.

for (const what of ['text', 'zeros', 'ones', 'a length beyond all bounds', 'the end of a frame']) {
  onlyForkwire(`malformed data is an 'error' and ends the channel: ${what}`, async (t, { fork }) => {
    const child = fork('write-garbage.cjs', [what]);
    const events = recordEvents(child, ['message', 'error', 'disconnect', 'close']);
    const [[error]] = await Promise.all([when(child, 'error'), when(child, 'disconnect')]);
    t.regex(error.code, /^ERR_FORKWIRE_(MALFORMED|TRUNCATED|VERSION|MESSAGE_TOO_LARGE)$/);
    t.is(error.side, 'peer');
    // After the hello and the message.
    t.true(error.position > 20 && error.position < 100);
    t.deepEqual(events.slice(0, 3), ['message', 'error', 'disconnect']);
    t.false(child.connected);
    child.kill();
    await when(child, 'close');
    t.is(events.at(-1), 'close');
  });
}

onlyForkwire(
  'without an error listener, malformed data is a warning and the process lives on',
  async (t, implementation) => {
    const { code, stdout, stderr } = await runProgram(t, implementation, 'meet-garbage.mjs');
    t.is(code, 0);
    t.deepEqual(JSON.parse(stdout), { disconnected: true });
    t.regex(stderr, /ERR_FORKWIRE_/);
  },
);

onlyForkwire('malformed data is an error in the child too', async (t, { fork }) => {
  const child = fork('report-fault.cjs', { silent: true });
  const inbox = new Inbox(child);
  child.send('m');
  await inbox.next();
  child.on('error', () => {});
  writeSync(child.channel.fd, Buffer.alloc(4096, 0xff));
  t.regex(await textOf(child.stdout), /^ERR_FORKWIRE_/);
});

onlyForkwire(
  'a child that dies in the middle of a message is an error, unless this process killed it',
  async (t, { fork }) => {
    for (const [end, errors] of [
      [(child) => process.kill(child.pid, 'SIGKILL'), ['ERR_FORKWIRE_TRUNCATED']],
      [(child) => child.kill('SIGKILL'), []],
    ]) {
      const child = fork('write-garbage.cjs', ['half a message']);
      const seen = [];
      child.on('error', ({ code }) => seen.push(code));
      await when(child, 'message');
      await untilIdle(child.pid);
      end(child);
      await when(child, 'close');
      t.deepEqual(seen, errors);
    }
  },
);
