// A front and the two HTTP servers that get its connections in turn: node front.cjs WAY REQUESTS
const { once } = require('node:events');
const http = require('node:http');
const net = require('node:net');
const { measure, used } = require('../lib/serve-http.cjs');

const CHILDREN = 2;
const [, , way, requests] = process.argv;
const forkwire = way.startsWith('forkwire') ? require('forkwire') : undefined;
const { fork } = forkwire ?? require('node:child_process');

/** Each returns the front's server; `next()` is the child whose turn it is. */
const fronts = {
  stock: bySending,
  'forkwire-send': bySending,
  forkwire: (next) => net.createServer((socket) => forkwire.handOver(next(), socket)),
  'forkwire-request': (next) => http.createServer((request) => forkwire.handOver(next(), { request })),
};

function bySending(next) {
  return net.createServer({ pauseOnConnect: true }, (socket) => next().send('connection', socket));
}

function child() {
  const server = http.createServer((request, response) => response.end('ok'));
  process.on('message', (message, socket) => {
    if (message === 'used') process.send(used());
    if (message !== 'connection') return;
    server.emit('connection', socket);
    socket.resume();
  });
  if (way === 'forkwire' || way === 'forkwire-request') forkwire.receiveConnections(server);
  if (way !== 'reuse-port') return void process.send('ready');
  process.once('message', ({ port }) => {
    server.listen({ port, host: '127.0.0.1', reusePort: true }, () => process.send(server.address().port));
  });
}

async function parent() {
  const children = [];
  let port = 0;
  for (let i = 0; i < CHILDREN; i++) {
    const one = fork(__filename, [way, requests]);
    children.push(one);
    if (way !== 'reuse-port') await once(one, 'message');
  }
  let server;
  if (way === 'reuse-port') {
    for (const one of children) {
      one.send({ port });
      [port] = await once(one, 'message');
    }
  } else {
    let turn = 0;
    server = fronts[way](() => children[turn++ % CHILDREN]);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    ({ port } = server.address());
  }
  const values = await measure(port, Number(requests), children);
  process.stdout.write(JSON.stringify({ wire: children[0].wire ?? 'stock', ...values }));
  server?.close();
  for (const one of children) one.kill();
}

if (process.send) child();
else void parent();
