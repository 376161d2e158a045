import http from 'node:http';
import net from 'node:net';
import { both } from '../helpers/cases.mjs';
import { textOf } from '../helpers/child.mjs';
import { once } from '../helpers/events.mjs';
import { Inbox } from '../helpers/inbox.mjs';

async function httpServer(t) {
  const server = http.createServer();
  // Node 20's own close() accesses sockets that are gone.
  t.teardown(() => net.Server.prototype.close.call(server));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const connectTo = (t, server) => {
  const client = net.connect(server.address());
  t.teardown(() => client.destroy());
  return client;
};

both('the socket of an http request moves, and the child answers it', async (t, { fork }) => {
  const child = fork('answer-http.cjs');
  const server = await httpServer(t);
  server.on('request', (request) => child.send({ url: request.url }, request.socket));
  for (const url of ['/one', '/two']) {
    const client = connectTo(t, server);
    client.write(`GET ${url} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    t.regex(await textOf(client), new RegExp(`^HTTP/1\\.1 200 OK[^]*${url} by child$`));
  }
});

both('the http server answers others after it gave a socket away', async (t, { fork }) => {
  const child = fork('answer-http.cjs');
  const server = await httpServer(t);
  server.on('request', (request, response) => {
    if (request.url === '/child') child.send({ url: request.url }, request.socket);
    else response.end('by parent');
  });
  const given = connectTo(t, server);
  given.write('GET /child HTTP/1.1\r\nHost: localhost\r\n\r\n');
  t.regex(await textOf(given), /child by child$/);
  const kept = connectTo(t, server);
  kept.write('GET /kept HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  t.regex(await textOf(kept), /by parent/);
});

both('the socket of an upgrade moves', async (t, { share }) => {
  const child = share('shout.cjs');
  const inbox = new Inbox(child);
  const server = await httpServer(t);
  server.on('upgrade', (request, socket) => child.send(request.headers.upgrade, socket));
  const client = connectTo(t, server);
  client.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: shout\r\n\r\n');
  t.like(await inbox.next(), { message: 'shout' });
  client.end('hello');
  t.is(await textOf(client), 'HELLO');
});

both('sockets go to the http server of a child', async (t, { fork }) => {
  const child = fork('http-on-socket.cjs');
  const server = net.createServer({ pauseOnConnect: true }, (socket) => child.send('socket', socket));
  t.teardown(() => server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const agent = new http.Agent();
  for (const path of ['/one', '/two']) {
    const request = http.get({ port: server.address().port, host: '127.0.0.1', path, agent });
    const [response] = await once(request, 'response');
    t.is(await textOf(response), `${path} by child`);
  }
  agent.destroy();
});
