import http from 'node:http';
import http2 from 'node:http2';
import net from 'node:net';
import { endWithTest, fixture } from '../helpers/child.mjs';
import { onlyForkwire } from '../helpers/cases.mjs';
import { once } from '../helpers/events.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { connection, listening, socketPath } from '../helpers/sockets.mjs';
import { Client, each, get, handOver, receiveConnections } from './helpers.mjs';

const at = (port) => ({ address: () => ({ port, host: '127.0.0.1' }) });

each('a plain connection continues in the child, with what was read from it', async (t, { start }) => {
  const child = start();
  const server = await listening(t);
  const { client: end, accepted: socket } = await connection(t, server);
  const client = new Client(end);
  client.write('early ');
  socket.pause().read(0);
  await new Promise((resolve) => socket.once('readable', resolve));
  socket.removeAllListeners('readable');
  await handOver(child, socket, { name: 'plain' });
  t.true(socket.destroyed);
  client.write('late');
  t.is(await client.end(), 'EARLY LATE.');
  // It is not a connection of the server here, and one of the server there.
  await new Promise((resolve) => server.close(resolve));
  child.send('plain');
  t.deepEqual(await once(child, 'message').then(([message]) => message), { plain: 0 });
});

onlyForkwire('a half-closed connection is answered by the child', async (t, { share }) => {
  const child = share('servers/serve.cjs');
  const server = await listening(t, { allowHalfOpen: true, pauseOnConnect: true });
  const { client, accepted } = await connection(t, server);
  client.end('all of it');
  await handOver(child, accepted, { name: 'plain' });
  let text = '';
  for await (const chunk of client) text += chunk;
  t.is(text, 'ALL OF IT.');
});

onlyForkwire('a connection on a Unix domain socket continues in the child', async (t, { share }) => {
  const child = share('servers/serve.cjs');
  const server = await listening(t, { pauseOnConnect: true }, socketPath(t));
  const client = net.connect(server.address());
  const [socket] = await once(server, 'connection');
  await handOver(child, socket, { name: 'plain' });
  client.end('local');
  let text = '';
  for await (const chunk of client) text += chunk;
  t.is(text, 'LOCAL.');
});

onlyForkwire('a child hands connections over to its parent', async (t, { fork }) => {
  const child = fork('servers/hand-up.cjs');
  const { web, plain } = await new Inbox(child).next();
  const servers = {
    web: http.createServer((request, response) => response.end(`{"url":"parent ${request.url}"}`)),
    plain: net.createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket)),
  };
  receiveConnections(servers.web, child);
  receiveConnections(servers.plain, child, { name: 'plain' });
  const browser = await Client.to(t, at(web));
  browser.write(get('/up') + get('/up2'));
  t.deepEqual(
    (await browser.answers(2)).map(({ url }) => url),
    ['parent /up', 'parent /up2'],
  );
  const client = await Client.to(t, at(plain));
  t.is(await client.write('echo').end(), 'echo');
  await browser.end();
});

onlyForkwire('a connection goes from child to child by way of the parent', async (t, { fork, share }) => {
  const [first, second] = [fork('servers/hand-up.cjs'), share('servers/serve.cjs')];
  const { web } = await new Inbox(first).next();
  // A server that only passes connections on.
  const relay = net.createServer({ pauseOnConnect: true }, (socket) => void handOver(second, socket));
  receiveConnections(relay, first);
  const client = await Client.to(t, at(web));
  client.write(get('/far') + get('/farther'));
  t.deepEqual(
    (await client.answers(2)).map(({ url, pid }) => [url, pid]),
    [
      ['/far', second.pid],
      ['/farther', second.pid],
    ],
  );
  await new Promise((resolve) => setImmediate(resolve));
  t.is(await new Promise((resolve) => relay.getConnections((_, count) => resolve(count))), 0);
});

onlyForkwire(
  'a request goes on to another process from the server that received it',
  async (t, { fork, share }) => {
    const [first, second] = [fork('servers/hand-up.cjs'), share('servers/serve.cjs')];
    const { web } = await new Inbox(first).next();
    // Its parser reads what came with the connection.
    const middle = http.createServer(
      (request) => void handOver(second, { request }).catch((error) => t.fail(error.message)),
    );
    middle.on('clientError', (error) => t.fail(error.message));
    receiveConnections(middle, first);
    for (const rest of ['', 'GET /part']) {
      const client = await Client.to(t, at(web));
      client.write(
        `${get('/1')}POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello${get('/3')}${rest}`,
      );
      t.deepEqual(
        (await client.answers(3)).map(({ url, pid, body }) => [url, pid, body]),
        [
          ['/1', second.pid, ''],
          ['/2', second.pid, 'hello'],
          ['/3', second.pid, ''],
        ],
      );
    }
  },
);

each('bytes that nobody can parse are a matter for the child', async (t, { start }) => {
  const child = start();
  const server = http.createServer(
    (request) => void handOver(child, { request }).catch((error) => t.fail(error.message)),
  );
  server.on('clientError', (error) => t.fail(error.message));
  t.teardown(() => server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const client = await Client.to(t, server);
  client.write(`${get('/1')}garbage\r\n\r\n`);
  t.regex(await client.end(), /^HTTP\/1\.1/);
});

onlyForkwire('the settings of the server apply to what it receives', async (t, { fork }) => {
  const child = fork('servers/hand-up.cjs');
  const { plain } = await new Inbox(child).next();
  const drops = [];
  const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true });
  server.maxConnections = 1;
  server.on('drop', (data) => drops.push(data));
  const receiving = receiveConnections(server, child, { name: 'plain' });
  t.throws(() => receiveConnections(server, child, { name: 'plain' }), {
    code: 'ERR_FORKWIRE_ALREADY_SERVED',
  });
  const [client, [socket]] = await Promise.all([Client.to(t, at(plain)), once(server, 'connection')]);
  t.true(socket.isPaused());
  t.true(socket.allowHalfOpen);
  t.is(socket.server, server);
  const second = await Client.to(t, at(plain));
  t.is(await second.end(), '');
  t.is(drops[0].remotePort, second.socket.localPort ?? drops[0].remotePort);
  socket.end('bye');
  t.is(await client.end(), 'bye');
  receiving.close();
  receiving.close();
  receiving[Symbol.dispose]();
});

onlyForkwire('a server of node:http2 without TLS receives connections', async (t, { forkUnbound }) => {
  const child = forkUnbound(fixture('servers/hand-up.cjs'));
  endWithTest(t, child);
  const { plain } = await new Inbox(child).next();
  const server = http2.createServer((request, response) => response.end(`two ${request.url}`));
  receiveConnections(server, child, { name: 'plain' });
  const session = http2.connect(`http://127.0.0.1:${plain}`);
  t.teardown(() => session.destroy());
  const stream = session.request({ ':path': '/h2' });
  let text = '';
  for await (const chunk of stream) text += chunk;
  t.is(text, 'two /h2');
});

onlyForkwire('what is not a server, or not a channel, is refused', (t) => {
  t.throws(() => receiveConnections({}), { code: 'ERR_INVALID_ARG_TYPE', message: /"server"/ });
  t.throws(() => receiveConnections(net.createServer(), {}), {
    code: 'ERR_INVALID_ARG_TYPE',
    message: /"from"/,
  });
});
