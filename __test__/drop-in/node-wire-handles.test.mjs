import { execFileSync } from 'node:child_process';
import dgram from 'node:dgram';
import net from 'node:net';
import { exited, fixture, textOf, when } from '../helpers/child.mjs';
import { untilSockets, settledSockets } from '../helpers/descriptors.mjs';
import { once } from '../helpers/events.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { overNodeWire } from '../helpers/node-wire.mjs';
import { ask, askWhileBusy, connected, connection, listening, socketPath } from '../helpers/sockets.mjs';
import { stop } from '../helpers/stopped.mjs';

const inPath = (t) => ({ path: socketPath(t) });
const families = { TCP: () => undefined, 'Unix domain': inPath };
const modes = ['json', 'advanced'];

async function bound(t, type) {
  const socket = dgram.createSocket(type);
  t.teardown(() => new Promise((resolve) => socket.close(resolve)));
  socket.bind(0, type === 'udp4' ? '127.0.0.1' : '::1');
  await once(socket, 'listening');
  return socket;
}

async function askDatagram(client, { port, address }) {
  client.send('hello', port, address);
  return String((await once(client, 'message'))[0]);
}

/** The same from another process, while this one is busy and receives nothing. */
const askDatagramWhileBusy = (server) => {
  const argv = [fixture('programs/ask-datagram.cjs'), JSON.stringify(server.address())];
  return execFileSync(process.execPath, argv, { encoding: 'utf8', timeout: 30_000 });
};

const countOf = (server) =>
  new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });

/** `count` accepted connections. */
async function connections(t, count) {
  const server = await listening(t, { pauseOnConnect: true });
  const all = [];
  for (let i = 0; i < count; i++) all.push(await connection(t, server));
  return all;
}

for (const serialization of modes) {
  for (const [family, where] of Object.entries(families)) {
    overNodeWire(`a ${family} socket moves to the child, ${serialization}`, async (t, { share }) => {
      const child = share('shout.cjs', { serialization });
      const inbox = new Inbox(child);
      const server = await listening(t, { pauseOnConnect: true }, where(t));
      const { client, accepted } = await connection(t, server);
      child.send({ with: 'a socket' }, accepted);
      t.deepEqual((await inbox.next()).message, { with: 'a socket' });
      client.end('word');
      t.is(await textOf(client), 'WORD');
    });

    overNodeWire(`a ${family} server is shared with the child, ${serialization}`, async (t, { fork }) => {
      const child = fork('answer-connections.cjs', { serialization });
      const server = await listening(t, {}, where(t));
      server.on('connection', (socket) => socket.end('handled by parent'));
      child.send('server', server);
      const report = await new Inbox(child).next();
      t.like(report, { type: 'Server', listening: true });
      t.is(askWhileBusy(server), 'handled by child');
      await stop(child);
      t.is(await ask(t, server), 'handled by parent');
    });
  }

  overNodeWire(`a socket moves to the parent, ${serialization}`, async (t, { fork }) => {
    const child = fork('offer-socket.cjs', { serialization });
    const inbox = new Inbox(child);
    const address = await inbox.next();
    const client = await connected(t, { address: () => address });
    client.end('hello');
    const { message, handle } = await inbox.nextWithHandle();
    t.is(message, 'socket');
    t.true(handle instanceof net.Socket);
    handle.end('from parent');
    t.is(await textOf(handle), 'hello');
    t.is(await textOf(client), 'from parent');
  });

  overNodeWire(`a server is shared with the parent, ${serialization}`, async (t, { fork }) => {
    const child = fork('offer-server.cjs', { serialization });
    const [message, server] = await when(child, 'message');
    t.teardown(() => server.close());
    t.is(message, 'server');
    t.true(server instanceof net.Server && server.listening);
    await stop(child);
    server.on('connection', (socket) => socket.end('handled by parent'));
    t.is(await ask(t, server), 'handled by parent');
  });

  overNodeWire(`a datagram socket is shared both ways, ${serialization}`, async (t, { fork }) => {
    const client = await bound(t, 'udp4');
    for (const type of ['udp4', 'udp6']) {
      const child = fork('answer-datagrams.cjs', { serialization });
      const server = await bound(t, type);
      child.send('socket', server);
      const report = await new Inbox(child).next();
      t.deepEqual(report, { address: server.address(), type, name: 'Socket' });
      t.is(askDatagramWhileBusy(server), 'hello by child');
    }
    const child = fork('offer-datagrams.cjs', { serialization });
    const [, socket] = await when(child, 'message');
    t.true(socket instanceof dgram.Socket);
    // A datagram goes to any one of the processes that have the socket open, also to a child that has not closed it yet.
    await exited(child);
    socket.on('message', (text, { port, address }) => socket.send(`${text} by parent`, port, address));
    t.is(await askDatagram(client, socket.address()), 'hello by parent');
    socket.close();
  });

  overNodeWire(`native handles arrive as native handles, ${serialization}`, async (t, { fork }) => {
    for (const [type, where] of Object.entries({ TCP: () => undefined, Pipe: inPath })) {
      const server = await listening(t, { pauseOnConnect: true }, where(t));
      const ofSocket = fork('use-native-handle.cjs', { serialization });
      const { client, accepted } = await connection(t, server);
      ofSocket.send('socket', accepted._handle);
      t.deepEqual(await new Inbox(ofSocket).next(), { type, fd: 'number' });
      client.setEncoding('utf8');
      t.deepEqual(await once(client, 'data'), ['by child']);
      const ofServer = fork('use-native-handle.cjs', { serialization });
      ofServer.send('server', server._handle);
      t.deepEqual(await new Inbox(ofServer).next(), { type, fd: 'number' });
      t.is(askWhileBusy(server), 'by child');
    }
  });

  overNodeWire(`a native datagram handle arrives as one, ${serialization}`, async (t, { fork }) => {
    const child = fork('use-native-handle.cjs', { serialization });
    const [server, client] = [dgram.createSocket('udp4'), await bound(t, 'udp4')];
    server.bind(0, '127.0.0.1');
    await once(server, 'listening');
    const handle = Object.getOwnPropertySymbols(server)
      .map((symbol) => server[symbol]?.handle)
      .find((candidate) => candidate?.constructor.name === 'UDP');
    child.send('dgram', handle);
    t.deepEqual(await new Inbox(child).next(), { type: 'UDP', fd: 'number' });
    const { address, port } = server.address();
    server.close();
    t.is(await askDatagram(client, { address, port }), 'by child');
  });

  overNodeWire(
    `messages arrive after the handle that was sent before them, ${serialization}`,
    async (t, { share }) => {
      const child = share('report-handle.cjs', { serialization });
      const inbox = new Inbox(child);
      const expected = [];
      for (const [i, { accepted }] of (await connections(t, 30)).entries()) {
        child.send({ i }, accepted);
        expected.push({ message: { i }, handle: 'Socket', count: 1 });
        for (let j = 0; j < i % 4; j++) {
          child.send({ i, j });
          expected.push({ message: { i, j }, handle: 'undefined', count: 0 });
        }
      }
      t.deepEqual(await inbox.take(expected.length), expected);
    },
  );

  overNodeWire(`both sides send handles at the same time, ${serialization}`, async (t, { share }) => {
    const child = share('return-socket.cjs', { serialization });
    const inbox = new Inbox(child);
    const all = await connections(t, 60);
    const ports = all.map(({ client }) => client.localPort);
    for (const [i, { accepted }] of all.entries()) child.send(i, accepted);
    for (const [i, port] of ports.entries()) {
      const { message, handle } = await inbox.nextWithHandle();
      t.is(message, i);
      t.is(handle.remotePort, port);
      handle.destroy();
    }
  });
}

overNodeWire('each message gets its own handle, with large messages between them', async (t, { share }) => {
  const child = share('report-ports.cjs');
  const inbox = new Inbox(child);
  const all = await connections(t, 40);
  const ports = all.map(({ client }) => client.localPort);
  const text = 'x'.repeat(70_000);
  for (const [i, { accepted }] of all.entries()) {
    child.send({ i, port: ports[i], text: i % 3 === 0 ? text : '' }, accepted);
    if (i % 5 === 0) child.send({ filler: text });
  }
  t.deepEqual(
    await inbox.take(40),
    ports.map((port, i) => ({ i, port, remotePort: port })),
  );
});

overNodeWire('the callback of a message with a handle comes once, with null', async (t, { fork }) => {
  const child = fork('hold-sockets.cjs');
  const all = await connections(t, 20);
  const errors = await Promise.all(
    all.map(({ accepted }, i) => new Promise((resolve) => child.send(i, accepted, resolve))),
  );
  t.deepEqual(
    errors,
    all.map(() => null),
  );
});

overNodeWire(
  'every callback is called when the child is killed with handles on the way',
  async (t, { fork }) => {
    const child = fork('hold-sockets.cjs');
    child.on('error', () => {});
    await when(child, 'spawn');
    const all = await connections(t, 20);
    await stop(child);
    const settled = all.flatMap(({ accepted }, i) => [
      new Promise((resolve) => child.send(i, accepted, resolve)),
      new Promise((resolve) => child.send({ behind: i }, resolve)),
    ]);
    child.kill('SIGKILL');
    const errors = await Promise.all(settled);
    t.true(errors.every((error) => error === null || error instanceof Error));
    t.true(errors.at(-1) instanceof Error);
  },
);

overNodeWire('handles sent before disconnect() arrive', async (t, { fork }) => {
  const child = fork('end-sockets.cjs');
  const all = await connections(t, 5);
  for (const [i, { accepted }] of all.entries()) child.send(i, accepted);
  child.disconnect();
  for (const [i, { client }] of all.entries()) t.is(await textOf(client), `ended: ${i}`);
});

overNodeWire('keepOpen keeps the socket open in the sender', async (t, { fork }) => {
  const child = fork('write-and-wait.cjs');
  const server = await listening(t, { pauseOnConnect: true });
  const { client, accepted } = await connection(t, server);
  child.send('socket', accepted, { keepOpen: true });
  t.is(await new Inbox(child).next(), 'written');
  child.kill();
  accepted.end('from parent');
  t.is(await textOf(client), 'from child;from parent');
});

overNodeWire('without keepOpen the connection ends with the child', async (t, { fork }) => {
  const child = fork('write-and-wait.cjs');
  const server = await listening(t, { pauseOnConnect: true });
  const { client, accepted } = await connection(t, server);
  child.send('socket', accepted);
  t.is(await new Inbox(child).next(), 'written');
  child.kill();
  t.is(await textOf(client), 'from child;');
});

overNodeWire('what has closed arrives as undefined', async (t, { share }) => {
  const child = share('report-handle.cjs');
  const server = await listening(t);
  const { accepted } = await connection(t, server);
  accepted.destroy();
  child.send('destroyed', accepted);
  child.send('never connected', new net.Socket());
  child.send('never listened', net.createServer());
  t.deepEqual(
    await new Inbox(child).take(3),
    ['destroyed', 'never connected', 'never listened'].map((message) => ({
      message,
      handle: 'undefined',
      count: 0,
    })),
  );
});

overNodeWire(
  'getConnections() counts over several children, and close() waits for them',
  async (t, { fork }) => {
    const server = await listening(t, { pauseOnConnect: true });
    const inboxes = [];
    for (let i = 0; i < 3; i++) {
      const child = fork('hold-sockets.cjs', { serialization: modes[i % 2] });
      const inbox = new Inbox(child);
      inboxes.push({ child, inbox });
      for (let j = 0; j <= i; j++) {
        child.send('hold', (await connection(t, server)).accepted);
        await inbox.next();
      }
    }
    t.is(await countOf(server), 6);
    inboxes[2].child.send('end one');
    await inboxes[2].inbox.next();
    t.is(await countOf(server), 5);
    // A child that is gone no longer counts.
    const exit = when(inboxes[0].child, 'exit');
    inboxes[0].child.kill('SIGKILL');
    await exit;
    t.is(await countOf(server), 4);
    let over = false;
    const closed = new Promise((resolve) => server.close(resolve)).then(() => (over = true));
    inboxes[1].child.send('end all');
    await inboxes[1].inbox.next();
    t.false(over);
    inboxes[2].child.send('end all');
    await closed;
  },
);

overNodeWire('a child counts the sockets that its parent holds', async (t, { fork }) => {
  const child = fork('count-given-away.cjs');
  const inbox = new Inbox(child);
  const { address } = await inbox.next();
  await connected(t, { address: () => address });
  const { handle } = await inbox.nextWithHandle();
  child.send('count');
  t.deepEqual(await inbox.next(), { count: 1 });
  handle.destroy();
  await once(handle, 'close');
  child.send('count');
  t.deepEqual(await inbox.next(), { count: 0 });
});

overNodeWire('sockets wait with their messages for a listener', async (t, { fork }) => {
  const server = await listening(t, { pauseOnConnect: true });
  const child = fork('offer-many.cjs', [String(server.address().port), '10', 'stay']);
  await when(child, 'internalMessage');
  const inbox = new Inbox(child);
  for (let i = 0; i < 10; i++) {
    const { message, handle } = await inbox.nextWithHandle();
    t.is(message, i);
    t.true(handle instanceof net.Socket);
    handle.destroy();
  }
});

overNodeWire('no descriptor is left behind in the parent', async (t, { fork }) => {
  const server = await listening(t, { pauseOnConnect: true });
  const before = await settledSockets(process.pid);
  const child = fork('hold-sockets.cjs');
  const inbox = new Inbox(child);
  for (let i = 0; i < 20; i++) {
    const { client, accepted } = await connection(t, server);
    child.send('hold', accepted);
    await inbox.next();
    client.destroy();
  }
  const close = when(child, 'close');
  child.kill('SIGKILL');
  await close;
  await untilSockets(process.pid, before);
  t.pass();
});
