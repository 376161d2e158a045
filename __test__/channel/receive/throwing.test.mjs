import { both } from '../../helpers/cases.mjs';
import { Inbox } from '../../helpers/inbox.mjs';

for (const [serialization, body] of [
  ['json', 'text'],
  ['advanced', 'text'],
  ['advanced', Buffer.from('bytes')],
]) {
  both(
    `a listener that throws again and again gets every message, ${serialization}, ${body.constructor.name}`,
    async (t, { fork }) => {
      const child = fork('throw-on-some-and-count.cjs', { serialization });
      for (let i = 0; i < 500; i++) child.send({ i, body });
      child.send({ end: true });
      t.is(await new Inbox(child).next(), 500);
    },
  );
}

both('what a listener has scheduled for the next tick runs although it threw', async (t, { fork }) => {
  const child = fork('throw-after-next-tick.cjs');
  const inbox = new Inbox(child);
  for (let i = 0; i < 20; i++) {
    child.send(i);
    t.is(await inbox.next(), i);
  }
});
