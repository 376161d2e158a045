import { both } from '../helpers/cases.mjs';
import { exited, when } from '../helpers/child.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { reportOf, runProgram } from '../helpers/program.mjs';

const numbers = (count) => [...Array(count).keys()];

both.serial('20 children at once, each with its own messages', async (t, { fork }) => {
  const children = numbers(20).map((i) =>
    fork('echo.cjs', [], { serialization: i % 2 ? 'advanced' : 'json' }),
  );
  const inboxes = children.map((child) => new Inbox(child));
  for (const i of numbers(100)) for (const [which, child] of children.entries()) child.send({ which, i });
  for (const [which, inbox] of inboxes.entries()) {
    t.deepEqual(
      await inbox.take(100),
      numbers(100).map((i) => ({ which, i })),
    );
  }
  for (const child of children) child.disconnect();
  for (const child of children) t.deepEqual(await exited(child), { code: 0, signal: null });
});

both('the end of one child does not affect the others', async (t, { fork }) => {
  const [one, other] = [fork('echo.cjs'), fork('echo.cjs')];
  const inbox = new Inbox(other);
  other.send('before');
  t.is(await inbox.next(), 'before');
  one.kill('SIGKILL');
  await when(one, 'exit');
  other.send('after');
  t.is(await inbox.next(), 'after');
});

both('a child forks children of its own, to any depth', async (t, implementation) => {
  t.deepEqual(await reportOf(t, implementation, 'nested.mjs', ['3']), { depths: [0, 1, 2, 3] });
});

both('fork() from a worker thread', async (t, implementation) => {
  t.deepEqual(await reportOf(t, implementation, 'fork-in-worker.mjs', ['talk']), {
    message: 'm',
    handled: 'by child',
  });
});

for (const how of ['terminate', 'terminate while busy', 'exit', 'throw']) {
  both(
    `a worker thread that ends by ${how} with open channels leaves the process running`,
    async (t, implementation) => {
      const { code, signal, stdout } = await runProgram(t, implementation, 'fork-in-worker.mjs', [how]);
      t.deepEqual([code, signal], [0, null]);
      t.deepEqual(JSON.parse(stdout), { ended: true, childrenGone: true });
    },
  );
}

both('a process that exits with open channels ends well', async (t, implementation) => {
  for (const how of ['exit', 'end', 'throw']) {
    const { code, signal } = await runProgram(t, implementation, 'exit-with-channels.mjs', [how]);
    t.deepEqual([code, signal], [how === 'throw' ? 7 : 0, null]);
  }
});
