import { both } from '../../helpers/cases.mjs';
import { Inbox } from '../../helpers/inbox.mjs';

// A program may rely on this: an immediate answer must not delay other work of the loop.
both('what a listener schedules runs before the message that answers it', async (t, { fork, native }) => {
  // When another thread wakes the loop, it handles what has arrived meanwhile before its next turn.
  if (native && process.env.FORKWIRE_DRIVER === 'task') return void t.pass();
  const child = fork('log-immediates.cjs');
  const inbox = new Inbox(child);
  const expected = [];
  for (let i = 0; i < 50; i++) {
    child.send(i);
    t.is(await inbox.next(), i);
    expected.push(`message ${i}`, `immediate ${i}`);
  }
  child.send('report');
  t.deepEqual(await inbox.next(), expected);
});
