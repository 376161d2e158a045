import { when } from '../helpers/child.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { overNodeWire } from '../helpers/node-wire.mjs';

overNodeWire('what waits for a listener keeps its order, with handles and without', async (t, { fork }) => {
  for (const serialization of ['json', 'advanced']) {
    const child = fork('offer-in-between.cjs', [], { serialization });
    await when(child, 'internalMessage');
    const inbox = new Inbox(child);
    const received = [];
    for (let i = 0; i < 10; i++) {
      const { message, handle } = await inbox.nextWithHandle();
      received.push([message, handle !== undefined]);
      handle?.close();
    }
    child.disconnect();
    t.deepEqual(
      received,
      Array.from({ length: 10 }, (_, i) => [i, i % 2 === 1]),
    );
  }
});
