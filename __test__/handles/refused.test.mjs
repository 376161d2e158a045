import net from 'node:net';
import { both, onlyForkwire } from '../helpers/cases.mjs';
import { textOf, when } from '../helpers/child.mjs';
import { once } from '../helpers/events.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { connection, listening } from '../helpers/sockets.mjs';
import { killWhileBusy } from '../helpers/stopped.mjs';
import { secureConnection } from '../helpers/tls.mjs';

const cycle = {};
cycle.self = cycle;

/** Asserts that a connection still works both ways, and ends it. */
async function worksStill(t, { client, accepted }) {
  client.setEncoding('utf8');
  accepted.setEncoding('utf8');
  client.write('to the server');
  t.deepEqual(await once(accepted, 'data'), ['to the server']);
  accepted.end('to the client');
  t.is(await textOf(client), 'to the client');
}

for (const [what, handle] of Object.entries({ object: {}, boolean: true, string: 'x', emitter: process })) {
  both(`throws for a handle of type ${what}, and the message is not sent`, async (t, { share }) => {
    const child = share('echo.cjs');
    t.throws(() => child.send('refused', handle), { code: 'ERR_INVALID_HANDLE_TYPE', instanceOf: TypeError });
    t.throws(() => child.send('refused', handle, t.fail), { code: 'ERR_INVALID_HANDLE_TYPE' });
    child.send('sent');
    t.is(await new Inbox(child).next(), 'sent');
  });
}

// Stock Node treats the TLS socket as a plain one, and hands over a connection that nobody can read.
onlyForkwire('throws for a TLS socket, whose connection goes on', async (t, { share }) => {
  const child = share('echo.cjs');
  const { client, accepted } = await secureConnection(t);
  for (const socket of [client, accepted]) {
    t.throws(() => child.send('socket', socket), { code: 'ERR_INVALID_HANDLE_TYPE' });
    t.throws(() => child.send('socket', socket, { keepOpen: true }), { code: 'ERR_INVALID_HANDLE_TYPE' });
  }
  await worksStill(t, { client, accepted });
});

// By then, stock Node has detached the socket, and nobody has it any more.
for (const [what, serialization, message] of [
  ['a cycle', 'json', cycle],
  ['a bigint', 'json', { a: 1n }],
  ['no JSON', 'json', { toJSON() {} }],
  ['a function', 'advanced', { a: () => {} }],
]) {
  onlyForkwire(
    `a message that cannot be serialized, ${what}, leaves its socket usable`,
    async (t, { share }) => {
      const child = share('echo.cjs', { serialization });
      const pair = await connection(t, await listening(t));
      t.throws(() => child.send(message, pair.accepted));
      await worksStill(t, pair);
      child.send('and the channel');
      t.is(await new Inbox(child).next(), 'and the channel');
    },
  );
}

onlyForkwire('a message that is too large leaves its socket usable', async (t, { share }) => {
  const child = share('echo.cjs', { maxMessageSize: 1000 });
  const pair = await connection(t, await listening(t));
  t.throws(() => child.send('x'.repeat(1001), pair.accepted), { code: 'ERR_FORKWIRE_MESSAGE_TOO_LARGE' });
  await worksStill(t, pair);
});

both('a closed channel leaves the socket usable', async (t, { fork }) => {
  const child = fork('echo.cjs');
  const pair = await connection(t, await listening(t));
  child.disconnect();
  const error = await new Promise((resolve) => t.false(child.send('m', pair.accepted, resolve)));
  t.is(error.code, 'ERR_IPC_CHANNEL_CLOSED');
  await worksStill(t, pair);
});

both('an invalid message leaves the socket usable', async (t, { share }) => {
  const child = share('echo.cjs');
  const pair = await connection(t, await listening(t));
  t.throws(() => child.send(undefined, pair.accepted), { code: 'ERR_MISSING_ARGS' });
  t.throws(() => child.send(1n, pair.accepted), { code: 'ERR_INVALID_ARG_TYPE' });
  t.throws(() => child.send(1, pair.accepted, null), { code: 'ERR_INVALID_ARG_TYPE' });
  await worksStill(t, pair);
});

// Stock Node calls back with null.
onlyForkwire(
  'a socket sent to a child that has just died is an error, and is not left open',
  async (t, { fork }) => {
    const child = fork('idle.cjs');
    await when(child, 'spawn');
    const { client, accepted } = await connection(t, await listening(t, { pauseOnConnect: true }));
    killWhileBusy(child);
    const error = await new Promise((resolve) => child.send('m', accepted, resolve));
    t.is(error.syscall, 'write');
    accepted.destroy();
    t.is(await textOf(client), '');
  },
);

both('a child that sends a wrong handle gets the same error', async (t, { fork }) => {
  const child = fork('send-wrong-handle.cjs');
  t.is(await new Inbox(child).next(), 'ERR_INVALID_HANDLE_TYPE');
});

both('an unconnected socket and a server without an address are not errors', async (t, { share }) => {
  const child = share('report-handle.cjs');
  child.send(1, new net.Socket());
  child.send(2, net.createServer());
  const reports = await new Inbox(child).take(2);
  t.deepEqual(
    reports.map(({ handle }) => handle),
    ['undefined', 'undefined'],
  );
});
