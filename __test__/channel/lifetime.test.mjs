import { onlyForkwire } from '../helpers/cases.mjs';
import { reportOf } from '../helpers/program.mjs';

const options = { nodeArgs: ['--expose-gc'] };
const kinds = ['ChildProcess', 'channel', 'endpoint', 'listener', 'sent socket', 'received socket'];
const none = Object.fromEntries(kinds.map((kind) => [kind, 0]));

for (const where of ['main', 'worker']) {
  for (const wire of ['native', 'node']) {
    onlyForkwire(
      `nothing of a child is kept after 'close', ${where} thread, ${wire} wire`,
      async (t, implementation) => {
        t.deepEqual(await reportOf(t, implementation, 'collect-ended.mjs', [where, wire], options), none);
      },
    );
  }
}

onlyForkwire('1,000 children leave the heap where it was', async (t, implementation) => {
  const { grown } = await reportOf(t, implementation, 'start-many.mjs', ['100', '1000'], options);
  // A ChildProcess that stays is some 5 KB.
  t.true(grown < 500_000, `${grown} bytes`);
});
