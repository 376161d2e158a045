// Both processes have accepts for a shared server pending in the system, which gives a connection to either, even if it is
// busy or stopped. So these tests check whether it is answered at all, and by whom once one of the two has closed it.
import test from '../helpers/test.mjs';
import net from 'node:net';
import { fork as forkwire } from '../../dist/index.mjs';
import { endWithTest, fixture, when } from '../helpers/child.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { ask, listening } from '../helpers/sockets.mjs';

const windows = process.platform === 'win32' ? test : test.skip;

const fork = (t, name, options) => {
  const child = forkwire(fixture(name), options);
  endWithTest(t, child);
  return child;
};

/** What `count` simultaneous connections receive. */
const askOften = (t, address, count = 20) =>
  Promise.all(Array.from({ length: count }, () => ask(t, { address: () => address })));

const byEither = (t, answers) => {
  for (const answer of answers) t.regex(answer, /^handled by (parent|child)$/);
};

for (const wire of ['native', 'node']) {
  for (const serialization of ['json', 'advanced']) {
    windows(
      `a server is shared, and keeps working in the child, ${wire} wire, ${serialization}`,
      async (t) => {
        const child = fork(t, 'answer-connections.cjs', { wire, serialization });
        const server = await listening(t);
        const address = server.address();
        server.on('connection', (socket) => socket.end('handled by parent'));
        child.send('server', server);
        t.deepEqual(await new Inbox(child).next(), { type: 'Server', listening: true, address });
        byEither(t, await askOften(t, address));
        server.close();
        t.deepEqual(await askOften(t, address), Array(20).fill('handled by child'));
      },
    );

    windows(`a child's server keeps working in the parent, ${wire} wire, ${serialization}`, async (t) => {
      const child = fork(t, 'offer-server.cjs', { wire, serialization });
      const [message, server] = await when(child, 'message');
      t.teardown(() => server.close());
      t.is(message, 'server');
      t.true(server instanceof net.Server && server.listening);
      server.on('connection', (socket) => socket.end('handled by parent'));
      byEither(t, await askOften(t, server.address()));
      const closed = when(child, 'message');
      child.send('close');
      t.is((await closed)[0], 'closed');
      t.deepEqual(await askOften(t, server.address()), Array(20).fill('handled by parent'));
    });

    windows(
      `a server's native handle keeps working in the child, ${wire} wire, ${serialization}`,
      async (t) => {
        const child = fork(t, 'use-native-handle.cjs', { wire, serialization });
        const server = await listening(t);
        const address = server.address();
        child.send('server', server._handle);
        t.deepEqual(await new Inbox(child).next(), { type: 'TCP', fd: 'number' });
        server.close();
        t.deepEqual(await askOften(t, address), Array(20).fill('by child'));
      },
    );
  }
}
