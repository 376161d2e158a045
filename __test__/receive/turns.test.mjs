import { both } from '../helpers/cases.mjs';
import { Inbox } from '../helpers/inbox.mjs';

// A program may rely on it: an answer that comes at once is no reason to let other work of the loop wait.
both('what a listener schedules runs before the message that answers it', async (t, { fork }) => {
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
