import net from 'node:net';
import { both, onlyForkwire } from '../helpers/cases.mjs';
import { when } from '../helpers/child.mjs';
import { descriptorsOf, settledSockets, untilDescriptors, untilSockets } from '../helpers/descriptors.mjs';
import { once } from '../helpers/events.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { listening } from '../helpers/sockets.mjs';
import { stop } from '../helpers/stopped.mjs';

// Serial: these tests count what this process has open.

/** Connects `count` times, hands each accepted socket to `take`, and waits until all clients are closed. */
async function rush(server, count, take) {
  server.on('connection', take);
  await Promise.all(
    Array.from({ length: count }, () => {
      const client = net.connect(server.address()).on('error', () => {});
      client.resume();
      return once(client, 'close');
    }),
  );
  server.off('connection', take);
}

const openIn = async (child) => ({
  child: await settledSockets(child.pid),
  parent: await settledSockets('self'),
});

const rounds = 40;
const perRound = 50;

both.serial(
  '2,000 sockets given to a child leave nothing open on either side',
  async (t, { fork, native }) => {
    const child = fork('end-sockets.cjs');
    const server = await listening(t, { pauseOnConnect: true });
    const give = (socket) => child.send('now', socket);
    await rush(server, perRound, give);
    const before = await openIn(child);
    // Stock Node is slow at this, and this test is not about its descriptors.
    for (let i = 0; i < (native ? rounds : 4); i++) await rush(server, perRound, give);
    await untilSockets(child.pid, before.child);
    await untilSockets('self', before.parent);
    t.pass();
  },
);

both.serial(
  '2,000 sockets that are given back leave nothing open on either side',
  async (t, { fork, native }) => {
    const child = fork('return-socket.cjs');
    child.on('message', (message, socket) => socket.destroy());
    const server = await listening(t, { pauseOnConnect: true });
    const give = (socket) => child.send('socket', socket);
    await rush(server, perRound, give);
    const before = await openIn(child);
    for (let i = 0; i < (native ? rounds : 4); i++) await rush(server, perRound, give);
    await untilSockets(child.pid, before.child);
    await untilSockets('self', before.parent);
    t.pass();
  },
);

both.serial('a server sent many times is not left open in the child', async (t, { fork }) => {
  const child = fork('report-handle.cjs');
  const inbox = new Inbox(child);
  const server = await listening(t);
  child.send('first', server);
  await inbox.next();
  const before = await openIn(child);
  for (let i = 0; i < 200; i++) child.send(i, server);
  await inbox.take(200);
  await untilSockets(child.pid, before.child);
  await untilSockets('self', before.parent);
  t.pass();
});

// Stock Node never closes a socket whose receiver dies before acknowledging it.
onlyForkwire.serial('sockets on the way to a child that is killed are closed', async (t, { fork }) => {
  const server = await listening(t, { pauseOnConnect: true });
  const before = await settledSockets('self');
  for (let round = 0; round < 4; round++) {
    const child = fork('idle.cjs');
    child.on('error', () => {});
    await when(child, 'spawn');
    await stop(child);
    let given = 0;
    await rush(server, perRound, (socket) => {
      // A socket that the channel could no longer take still belongs to this process.
      child.send('socket', socket, () => socket.destroy());
      if (++given === perRound) child.kill('SIGKILL');
    });
  }
  await untilSockets('self', before);
  t.pass();
});

onlyForkwire.serial(
  'sockets that wait for a listener when the child exits are still handed over',
  async (t, { fork }) => {
    const server = await listening(t);
    server.on('connection', (socket) => socket.on('error', () => {}).resume());
    const before = await settledSockets('self');
    const child = fork('offer-many.cjs', [String(server.address().port), '20']);
    await Promise.all([when(child, 'exit'), when(child, 'disconnect')]);
    for (const i of Array(20).keys()) {
      const [message, socket] = await when(child, 'message');
      t.is(message, i);
      socket.destroy();
    }
    await untilSockets('self', before);
  },
);

both.serial('children that come and go leave nothing open', async (t, { fork }) => {
  const gone = async () => {
    const child = fork('echo.cjs');
    child.send('m');
    await when(child, 'message');
    child.disconnect();
    await when(child, 'exit');
  };
  await gone();
  const before = descriptorsOf('self').length;
  for (let i = 0; i < 10; i++) await gone();
  await untilDescriptors('self', before);
  t.pass();
});

both.serial('a child that cannot start leaves nothing open', async (t, { fork }) => {
  const before = descriptorsOf('self').length;
  for (let i = 0; i < 5; i++) {
    const child = fork('idle.cjs', { cwd: '/no/such/folder' });
    child.on('error', () => {});
    await when(child, 'close');
    t.throws(() => fork('idle.cjs', { stdio: ['ipc', 'ipc', 'pipe'] }));
    t.throws(() => fork('idle.cjs', { uid: 'nobody' }));
  }
  await untilDescriptors('self', before);
  t.pass();
});

onlyForkwire.serial(
  'what a child was given is not inherited by the processes that it starts',
  async (t, { fork }) => {
    const child = fork('list-descriptors-of-grandchild.cjs');
    const server = await listening(t);
    child.send('server', server);
    t.deepEqual(await new Inbox(child).next(), { sockets: 0 });
  },
);
