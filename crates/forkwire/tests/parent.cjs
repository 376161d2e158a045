// A stock Node parent of examples/echo.rs. node parent.cjs <program> fork|spawn json|advanced
'use strict';
const assert = require('node:assert');
const { fork, spawn } = require('node:child_process');
const dgram = require('node:dgram');
const { once } = require('node:events');
const net = require('node:net');

const [, , program, how, serialization] = process.argv;

function start() {
  return how === 'fork'
    ? fork('argument', [], { execPath: program, serialization })
    : spawn(program, [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], serialization });
}

const listening = async (server) => (
  await once(server.listen(0, '127.0.0.1'), 'listening'),
  server.address().port
);

async function echo(child, message, handle) {
  const reply = once(child, 'message');
  child.send(message, handle);
  return await reply;
}

/** What the other end of a connection reads until it ends. */
async function text(stream) {
  let all = '';
  for await (const chunk of stream) all += chunk;
  return all;
}

const checks = {
  async 'the variables are gone'(child) {
    assert.deepStrictEqual((await echo(child, 'environment'))[0], { removed: true, seen: 0 });
  },

  async 'values come back as they were'(child) {
    const plain = ['', 'ä€𝄞\n\u2028', 0, -1.5, true, null, [], {}, { a: [1, { b: null }] }, { cmd: 'NODE_' }];
    const rich = [
      Buffer.from('bytes'),
      {
        in: Buffer.alloc(100_000, 7),
        map: new Map([[1, new Set(['x'])]]),
        date: new Date(5),
        big: 2n ** 70n,
      },
      { undefined: undefined, zero: -0, hole: Object.assign([1], { 2: 3 }), error: new RangeError('out') },
      new Float64Array([1, NaN]),
    ];
    for (const value of serialization === 'json' ? plain : [...plain, ...rich]) {
      const [back] = await echo(child, value);
      assert.deepStrictEqual(back, value);
      assert.strictEqual(Buffer.isBuffer(back), Buffer.isBuffer(value));
    }
    if (serialization === 'json') return;
    const cycle = { name: 'cycle' };
    cycle.self = cycle;
    const [back] = await echo(child, cycle);
    assert.strictEqual(back.self, back);
  },

  async 'many and large ones keep their order'(child) {
    const sizes = Array.from({ length: 2_000 }, (_, n) => (n % 500 === 7 ? 1_000_000 : n % 100));
    const back = [];
    const all = new Promise((resolve) => {
      child.on('message', function take(message) {
        if (back.push(message) < sizes.length) return;
        child.off('message', take);
        resolve();
      });
    });
    for (const [n, size] of sizes.entries()) child.send({ n, pad: 'x'.repeat(size) });
    await all;
    assert.ok(back.every(({ n, pad }, index) => n === index && pad.length === sizes[n]));
  },

  async 'a connection goes there and back'(child) {
    const server = net.createServer({ pauseOnConnect: true });
    const port = await listening(server);
    for (let n = 0; n < 20; n++) {
      const connection = once(server, 'connection');
      const client = net.connect(port, '127.0.0.1');
      const [accepted] = await connection;
      const [message, socket] = await echo(child, { n }, accepted);
      assert.deepStrictEqual(message, { n });
      assert.ok(socket instanceof net.Socket);
      socket.end(`number ${n}`);
      assert.strictEqual(await text(client), `number ${n}`);
    }
    // The server asks the child what became of its connections.
    const count = await new Promise((resolve, reject) =>
      server.getConnections((error, connections) => (error ? reject(error) : resolve(connections))),
    );
    assert.strictEqual(count, 0);
    await new Promise((resolve) => server.close(resolve));
  },

  async 'sockets sent at once wait for each other and keep their order'(child) {
    const server = net.createServer({ pauseOnConnect: true });
    const port = await listening(server);
    const accepted = [];
    const clients = [];
    const ready = new Promise((resolve) =>
      server.on('connection', (socket) => accepted.push(socket) === 30 && resolve()),
    );
    for (let n = 0; n < 30; n++) clients.push(net.connect(port, '127.0.0.1'));
    await ready;
    const seen = [];
    const all = new Promise((resolve) => {
      child.on('message', function take(message, socket) {
        socket?.end('x');
        if (seen.push(message) < 60) return;
        child.off('message', take);
        resolve();
      });
    });
    for (const [n, socket] of accepted.entries()) {
      child.send(2 * n, socket);
      child.send(2 * n + 1);
    }
    await all;
    assert.deepStrictEqual(
      seen,
      Array.from({ length: 60 }, (_, n) => n),
    );
    for (const client of clients) assert.strictEqual(await text(client), 'x');
    await new Promise((resolve) => server.close(resolve));
  },

  async 'a server goes there and back'(child) {
    const server = net.createServer();
    const port = await listening(server);
    const [, back] = await echo(child, 'server', server);
    assert.ok(back instanceof net.Server);
    server.close();
    back.on('connection', (socket) => socket.end('second'));
    assert.strictEqual(await text(net.connect(port, '127.0.0.1')), 'second');
    back.close();
  },

  async 'a server of its own comes'(child) {
    const [address, server] = await echo(child, 'listen');
    assert.ok(server instanceof net.Server);
    assert.strictEqual(address, `127.0.0.1:${server.address().port}`);
    server.on('connection', (socket) => socket.end('third'));
    assert.strictEqual(await text(net.connect(server.address().port, '127.0.0.1')), 'third');
    server.close();
  },

  async 'a datagram socket goes there and back'(child) {
    const socket = dgram.createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = socket.address();
    const [, back] = await echo(child, 'udp', socket);
    assert.ok(back instanceof dgram.Socket && back.type === 'udp4');
    socket.close();
    const sender = dgram.createSocket('udp4');
    const got = once(back, 'message');
    sender.send('datagram', port, '127.0.0.1');
    assert.strictEqual(String((await got)[0]), 'datagram');
    sender.close();
    back.close();
  },

  async 'a bare handle goes there and back'(child) {
    const server = net.createServer();
    await listening(server);
    const [, back] = await echo(child, 'native', server._handle);
    assert.strictEqual(back.constructor.name, 'TCP');
    back.close();
    server.close();
  },
};

// Node sends none on Windows.
if (process.platform === 'win32') delete checks['a datagram socket goes there and back'];

async function end(child, ask) {
  const [disconnected, exited] = [once(child, 'disconnect'), once(child, 'exit')];
  ask();
  await disconnected;
  assert.deepStrictEqual(await exited, [0, null]);
}

(async () => {
  const child = start();
  for (const [name, check] of Object.entries(checks)) {
    await check(child);
    console.log(`ok ${name}`);
  }
  await end(child, () => child.disconnect());
  console.log('ok the parent disconnects');
  const other = start();
  await end(other, () => other.send('close'));
  console.log('ok the child disconnects');
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
