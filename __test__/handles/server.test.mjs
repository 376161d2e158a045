import http from 'node:http';
import net from 'node:net';
import { both, onlyForkwire } from '../helpers/cases.mjs';
import { textOf, when } from '../helpers/child.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { runProgram } from '../helpers/program.mjs';
import { ask, askWhileBusy, listening, socketPath } from '../helpers/sockets.mjs';
import { stop } from '../helpers/stopped.mjs';

const inPath = (t) => ({ path: socketPath(t) });
const families = { TCP: () => undefined, 'Unix domain': inPath };

for (const [family, where] of Object.entries(families)) {
  for (const serialization of ['json', 'advanced']) {
    both(
      `a ${family} server is shared: the parent and the child accept, ${serialization}`,
      async (t, { fork }) => {
        const child = fork('answer-connections.cjs', { serialization });
        const inbox = new Inbox(child);
        const server = await listening(t, {}, where(t));
        server.on('connection', (socket) => socket.end('handled by parent'));
        child.send('server', server);
        t.like(await inbox.next(), { type: 'Server', listening: true });
        t.true(server.listening);

        t.is(askWhileBusy(server), 'handled by child');
        await stop(child);
        t.is(await ask(t, server), 'handled by parent');
      },
    );
  }
}

both('closing the server in the child leaves that of the parent open', async (t, { fork }) => {
  const child = fork('close-server.cjs');
  const server = await listening(t);
  server.on('connection', (socket) => socket.end('handled by parent'));
  child.send('server', server);
  t.is(await new Inbox(child).next(), 'closed');
  t.is(await ask(t, server), 'handled by parent');
});

both('the same server is shared by several children', async (t, { fork }) => {
  const children = [1, 2, 3].map(() => fork('answer-connections.cjs'));
  const server = await listening(t);
  const reports = children.map((child) => new Inbox(child).next());
  for (const child of children) child.send('server', server);
  for (const report of await Promise.all(reports)) t.deepEqual(report.address, server.address());
});

both('a server can be sent twice', async (t, { share }) => {
  const child = share('report-handle.cjs');
  const inbox = new Inbox(child);
  const server = await listening(t);
  child.send(1, server);
  child.send(2, server);
  t.deepEqual(
    await inbox.take(2),
    [1, 2].map((message) => ({ message, handle: 'Server', count: 1 })),
  );
});

both('a child shares its server with its parent', async (t, { fork }) => {
  const child = fork('offer-server.cjs');
  const [message, server] = await when(child, 'message');
  t.teardown(() => server.close());
  t.is(message, 'server');
  t.true(server instanceof net.Server);
  t.true(server.listening);
  const resume = await stop(child);
  server.on('connection', (socket) => socket.end('handled by parent'));
  t.is(await ask(t, server), 'handled by parent');
  resume();
  const closed = when(child, 'message');
  child.send('close');
  await closed;
  t.is(await ask(t, server), 'handled by parent');
});

both('a shared server can feed an http server in the child', async (t, { fork }) => {
  const child = fork('http-on-server.cjs');
  const server = await listening(t);
  const address = server.address();
  child.send('server', server);
  await new Inbox(child).next();
  server.close();
  const agent = new http.Agent();
  const [response] = await when(
    http.get({ ...address, host: address.address, path: '/x', agent }),
    'response',
  );
  t.is(await textOf(response), '/x by child');
  agent.destroy();
});

both('a server that does not listen arrives as a message without a handle', async (t, { share }) => {
  const child = share('report-handle.cjs');
  const inbox = new Inbox(child);
  child.send('never listened', net.createServer());
  const server = await listening(t);
  server.close();
  child.send('closed', server);
  t.deepEqual(await inbox.take(2), [
    { message: 'never listened', handle: 'undefined', count: 0 },
    { message: 'closed', handle: 'undefined', count: 0 },
  ]);
});

onlyForkwire('a server lives on in its child after the parent has ended', async (t, implementation) => {
  const { stdout } = await runProgram(t, implementation, 'leave-server.mjs');
  t.deepEqual(JSON.parse(stdout), { answer: 'handled by child' });
});
