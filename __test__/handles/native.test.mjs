import dgram from 'node:dgram';
import { both } from '../helpers/cases.mjs';
import { textOf } from '../helpers/child.mjs';
import { once } from '../helpers/events.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { askWhileBusy, connection, listening, socketPath } from '../helpers/sockets.mjs';

const places = { TCP: () => undefined, Pipe: (t) => ({ path: socketPath(t) }) };

for (const [type, where] of Object.entries(places)) {
  both(`the native handle of a ${type} server arrives as one`, async (t, { fork }) => {
    const child = fork('use-native-handle.cjs');
    const server = await listening(t, {}, where(t));
    child.send('server', server._handle);
    t.deepEqual(await new Inbox(child).next(), { type, fd: 'number' });
    t.is(askWhileBusy(server), 'by child');
    t.true(server.listening);
  });

  both(`the native handle of a ${type} socket arrives as one`, async (t, { fork }) => {
    const child = fork('use-native-handle.cjs');
    const server = await listening(t, { pauseOnConnect: true }, where(t));
    const { client, accepted } = await connection(t, server);
    child.send('socket', accepted._handle);
    t.deepEqual(await new Inbox(child).next(), { type, fd: 'number' });
    client.setEncoding('utf8');
    t.deepEqual(await once(client, 'data'), ['by child']);
    accepted.destroy();
    t.is(await textOf(client), '');
  });
}

both('the native handle of a datagram socket arrives as one', async (t, { fork }) => {
  const child = fork('use-native-handle.cjs');
  const [server, client] = [dgram.createSocket('udp4'), dgram.createSocket('udp4')];
  server.bind(0, '127.0.0.1');
  client.bind(0, '127.0.0.1');
  await Promise.all([once(server, 'listening'), once(client, 'listening')]);
  const handle = Object.getOwnPropertySymbols(server)
    .map((symbol) => server[symbol]?.handle)
    .find((candidate) => candidate?.constructor.name === 'UDP');
  child.send('dgram', handle);
  t.deepEqual(await new Inbox(child).next(), { type: 'UDP', fd: 'number' });
  const port = server.address().port;
  server.close();
  client.send('hello', port, '127.0.0.1');
  t.is(String((await once(client, 'message'))[0]), 'by child');
  client.close();
});
