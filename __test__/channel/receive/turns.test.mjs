import { both } from '../../helpers/cases.mjs';
import { Inbox } from '../../helpers/inbox.mjs';

// A program may rely on it: an answer that comes at once is no reason to let other work of the loop wait.
both('what a listener schedules runs before the message that answers it', async (t, { fork, native }) => {
  // Woken from another thread, the loop goes on with what has come meanwhile before it turns.
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
