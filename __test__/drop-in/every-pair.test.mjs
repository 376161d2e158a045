import test from '../helpers/test.mjs';
import { createRequire } from 'node:module';
import net from 'node:net';
import { endWithTest, exited, fixture, textOf, when } from '../helpers/child.mjs';
import { forkwire, implementations, stock } from '../helpers/implementations.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { ask, connection, listening } from '../helpers/sockets.mjs';

const { fork, spawn } = createRequire(import.meta.url)('../../dist/index.js');

/** A parent and a child with forkwire at both ends, at one, or at none. */
const pairs = {
  'forkwire and forkwire': ['native', fork],
  'forkwire and Node, by fork': ['node', (file, options) => fork(file, { ...options, wire: 'node' })],
  'forkwire and Node, by spawn': [
    'node',
    (file, options) =>
      spawn(process.execPath, [file], { ...options, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }),
  ],
  'Node and Node': [undefined, stock.fork],
};

const values = [null, 'text', 'ä€😀', -1.5, [1, [2]], { deep: { er: true } }, 'x'.repeat(200_000)];

for (const [pair, [wire, startChild]] of Object.entries(pairs)) {
  const declare = implementations.includes(wire === undefined ? stock : forkwire) ? test : test.skip;
  for (const serialization of ['json', 'advanced']) {
    const start = (t, name) => {
      const child = startChild(fixture(name), { serialization });
      endWithTest(t, child);
      t.is(child.wire, wire);
      return child;
    };

    declare(`${pair}, ${serialization}: messages go both ways, and both ends see the end`, async (t) => {
      const child = start(t, 'echo.cjs');
      const inbox = new Inbox(child);
      for (const value of values) child.send(value);
      t.deepEqual(await inbox.take(values.length), values);
      child.disconnect();
      t.deepEqual(await exited(child), { code: 0, signal: null });
    });

    declare(`${pair}, ${serialization}: a socket moves there and back`, async (t) => {
      const child = start(t, 'return-socket.cjs');
      const inbox = new Inbox(child);
      const server = await listening(t, { pauseOnConnect: true });
      const { client, accepted } = await connection(t, server);
      child.send({ with: 'a socket' }, accepted);
      const { message, handle } = await inbox.nextWithHandle();
      t.deepEqual(message, { with: 'a socket' });
      t.true(handle instanceof net.Socket);
      // Until then, a child with Node's own channel keeps reading from the socket that it has sent.
      child.send('let go?');
      t.is(await inbox.next(), 'let go');
      client.end('hello');
      handle.end('and back');
      t.deepEqual(await Promise.all([textOf(handle), textOf(client)]), ['hello', 'and back']);
    });

    declare(`${pair}, ${serialization}: a server goes to the child, another to the parent`, async (t) => {
      const child = start(t, 'answer-connections.cjs');
      const inbox = new Inbox(child);
      const server = await listening(t);
      child.send('server', server);
      t.like(await inbox.next(), { type: 'Server', listening: true });
      const address = server.address();
      server.close();
      t.is(await ask(t, { address: () => address }), 'handled by child');

      const other = start(t, 'offer-server.cjs');
      const [, offered] = await when(other, 'message');
      offered.on('connection', (socket) => socket.end('handled by parent'));
      const closed = when(other, 'message');
      other.send('close');
      await closed;
      t.is(await ask(t, offered), 'handled by parent');
      offered.close();
    });
  }
}
