import { execFileSync } from 'node:child_process';
import dgram from 'node:dgram';
import { both } from '../helpers/cases.mjs';
import { exited, fixture, when } from '../helpers/child.mjs';
import { once } from '../helpers/events.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { stop } from '../helpers/stopped.mjs';

const loopback = { udp4: '127.0.0.1', udp6: '::1' };

async function bound(t, type) {
  const socket = dgram.createSocket(type);
  t.teardown(() => new Promise((resolve) => socket.close(resolve)));
  socket.bind(0, loopback[type]);
  await once(socket, 'listening');
  return socket;
}

/** Sends a datagram and waits for the answer, as text. */
async function ask(client, server) {
  const { port, address } = server.address();
  client.send('hello', port, address);
  const [answer] = await once(client, 'message');
  return String(answer);
}

/** The same from another process, while this one is busy and receives nothing. */
const askWhileBusy = (server) => {
  const argv = [fixture('programs/ask-datagram.cjs'), JSON.stringify(server.address())];
  return execFileSync(process.execPath, argv, { encoding: 'utf8', timeout: 30_000 });
};

for (const type of ['udp4', 'udp6']) {
  both(`a ${type} socket is shared: the parent and the child answer`, async (t, { fork }) => {
    const child = fork('answer-datagrams.cjs');
    const inbox = new Inbox(child);
    const server = await bound(t, type);
    child.send('socket', server);
    t.deepEqual(await inbox.next(), { address: server.address(), type, name: 'Socket' });

    t.is(askWhileBusy(server), 'hello by child');
    await stop(child);
    server.on('message', (text, { port, address }) => server.send(`${text} by parent`, port, address));
    t.is(await ask(await bound(t, type), server), 'hello by parent');
  });
}

both('a child shares its datagram socket with its parent', async (t, { fork }) => {
  const child = fork('offer-datagrams.cjs');
  const [message, socket] = await when(child, 'message');
  t.is(message, 'socket');
  t.true(socket instanceof dgram.Socket);
  // A datagram goes to any one of the processes that have the socket open, also to a child that has not closed it yet.
  await exited(child);
  socket.on('message', (text, { port, address }) => socket.send(`${text} by parent`, port, address));
  t.is(await ask(await bound(t, 'udp4'), socket), 'hello by parent');
  socket.close();
});

both('the socket lives on in the parent when the child has closed it', async (t, { share }) => {
  const child = share('report-handle.cjs');
  const server = await bound(t, 'udp4');
  child.send('socket', server);
  t.deepEqual(await new Inbox(child).next(), { message: 'socket', handle: 'Socket', count: 1 });
  server.on('message', (text, { port, address }) => server.send(`${text} by parent`, port, address));
  t.is(await ask(await bound(t, 'udp4'), server), 'hello by parent');
});
