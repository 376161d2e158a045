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
