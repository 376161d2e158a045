import { once } from '../helpers/events.mjs';
import test from '../helpers/test.mjs';
import dgram from 'node:dgram';
import { fork as forkwire } from '../../dist/index.mjs';
import { endWithTest, fixture, textOf } from '../helpers/child.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { ask, connection, listening, socketPath } from '../helpers/sockets.mjs';

/** On other systems all of these can be sent, and a wrap reveals its handle. */
const windows = process.platform === 'win32' ? test : test.skip;

const fork = (t, name, options) => {
  const child = forkwire(fixture(name), options);
  endWithTest(t, child);
  return child;
};

const refused = { code: 'ERR_INVALID_HANDLE_TYPE', instanceOf: TypeError };

for (const wire of ['native', 'node']) {
  windows(`a datagram socket is refused and stays usable, ${wire} wire`, async (t) => {
    const child = fork(t, 'echo.cjs', { wire });
    const [server, client] = [dgram.createSocket('udp4'), dgram.createSocket('udp4')];
    t.teardown(() => [server, client].map((socket) => socket.close()));
    server.bind(0, '127.0.0.1');
    await once(server, 'listening');
    t.throws(() => child.send('datagrams', server), refused);
    client.send('still here', server.address().port, '127.0.0.1');
    t.is(String((await once(server, 'message'))[0]), 'still here');
    child.send('and the channel');
    t.is(await new Inbox(child).next(), 'and the channel');
  });

  windows(`a server on a pipe is refused and stays usable, ${wire} wire`, async (t) => {
    const child = fork(t, 'echo.cjs', { wire });
    const server = await listening(t, {}, { path: socketPath(t) });
    server.on('connection', (socket) => socket.end('still here'));
    t.throws(() => child.send('server', server), refused);
    t.is(await ask(t, server), 'still here');
    child.send('and the channel');
    t.is(await new Inbox(child).next(), 'and the channel');
  });
}

windows("a pipe is refused on Node's wire and stays usable", async (t) => {
  const child = fork(t, 'echo.cjs', { wire: 'node' });
  const { client, accepted } = await connection(t, await listening(t, {}, { path: socketPath(t) }));
  t.throws(() => child.send('pipe', accepted), refused);
  accepted.end('still here');
  t.is(await textOf(client), 'still here');
});

windows('a pipe moves to the child and back on the native wire', async (t) => {
  const child = fork(t, 'return-socket.cjs');
  const server = await listening(t, { pauseOnConnect: true }, { path: socketPath(t) });
  const { client, accepted } = await connection(t, server);
  child.send('pipe', accepted);
  const { message, handle } = await new Inbox(child).nextWithHandle();
  t.is(message, 'pipe');
  handle.end('by way of the child');
  t.is(await textOf(client), 'by way of the child');
});

windows('the right one of many sockets is sent, and each keeps its effect on the loop', async (t) => {
  const child = fork(t, 'shout.cjs');
  const inbox = new Inbox(child);
  const server = await listening(t, { pauseOnConnect: true });
  const all = [];
  for (let i = 0; i < 50; i++) all.push(await connection(t, server));
  for (const [i, { accepted }] of all.entries()) if (i % 2) accepted.unref();
  const holding = () => all.map(({ accepted }) => accepted._handle?.hasRef());
  const before = holding();
  for (const i of [30, 31]) {
    child.send('socket', all[i].accepted);
    t.is((await inbox.next()).remotePort, all[i].client.localPort);
    before[i] = undefined;
  }
  t.deepEqual(holding(), before);
});
