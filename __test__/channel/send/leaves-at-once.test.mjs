import { both, onlyForkwire } from '../../helpers/cases.mjs';
import { absentFile, waitBusy } from '../../helpers/busy.mjs';
import { Inbox } from '../../helpers/inbox.mjs';

const blocked = { stdio: ['pipe', 'inherit', 'inherit', 'ipc'] };

for (const serialization of ['json', 'advanced']) {
  both(`a message leaves even if its sender is busy from then on, ${serialization}`, async (t, { fork }) => {
    const file = absentFile(t);
    const child = fork('count-into-file.cjs', [file, '1'], { serialization });
    await new Inbox(child).next();
    child.send({ text: 'x'.repeat(1000) });
    t.is(waitBusy(file), '1 messages');
  });

  both(`a message leaves even if the child is busy from then on, ${serialization}`, async (t, { fork }) => {
    const child = fork('send-then-block.cjs', ['1', '1000'], { ...blocked, serialization });
    t.like(await new Inbox(child).next(), { i: 0 });
    child.stdin.end('x');
  });

  // If the kernel does not take everything at once, stock Node writes only the first one.
  onlyForkwire(
    `messages sent in one tick leave even if their sender is busy, ${serialization}`,
    async (t, { fork }) => {
      const file = absentFile(t);
      const child = fork('count-into-file.cjs', [file, '4000'], { serialization });
      await new Inbox(child).next();
      const text = 'x'.repeat(1000);
      for (let i = 0; i < 4000; i++) child.send({ i, text });
      t.is(waitBusy(file), '4000 messages');
    },
  );

  onlyForkwire(
    `messages that the child sent in one tick leave even if it is busy, ${serialization}`,
    async (t, { fork }) => {
      const child = fork('send-then-block.cjs', ['4000', '1000'], { ...blocked, serialization });
      const messages = await new Inbox(child).take(4000);
      t.true(messages.every(({ i }, at) => i === at));
      child.stdin.end('x');
    },
  );

  for (const [what, count, size] of [
    ['three small messages', '3', 10],
    ['one of 64 MB', '1', 64e6],
  ]) {
    onlyForkwire.serial(
      `${what}: all of it leaves even if the sender is busy, ${serialization}`,
      async (t, { fork }) => {
        const file = absentFile(t);
        const child = fork('count-into-file.cjs', [file, count], { serialization });
        await new Inbox(child).next();
        for (let i = 0; i < Number(count); i++) child.send({ i, text: 'x'.repeat(size) });
        t.is(waitBusy(file), `${count} messages`);
      },
    );

    onlyForkwire.serial(
      `${what}: all of it leaves even if the child is busy, ${serialization}`,
      async (t, { fork }) => {
        const child = fork('send-then-block.cjs', [count, String(size)], { ...blocked, serialization });
        const messages = await new Inbox(child).take(Number(count));
        t.true(messages.every(({ i, text }, at) => i === at && text.length === size));
        child.stdin.end('x');
      },
    );
  }
}
