// A Node parent of an echo: node parent.cjs <stock|package> <node|native> <child program> json|advanced <child.cjs>
'use strict';
const assert = require('node:assert');
const { once } = require('node:events');
const net = require('node:net');

const [, , api, wire, program, serialization, script] = process.argv;
const stock = api === 'stock';
const { fork, spawn } = require(stock ? 'node:child_process' : api);

function start() {
  const isNode = program.endsWith('node');
  // An execPath of its own would keep the package from its wire.
  if (isNode && wire === 'native') return fork(script, [], { serialization });
  if (isNode)
    return fork(script, [], { execPath: program, serialization, ...(stock ? {} : { wire: 'node' }) });
  return spawn(program, [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], serialization, wire });
}

const child = start();
if (!stock) assert.strictEqual(child.wire, wire);

async function echo(message, handle) {
  const reply = once(child, 'message');
  child.send(message, handle);
  return await reply;
}

async function listen() {
  const server = net.createServer({ pauseOnConnect: true });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

async function text(stream) {
  let all = '';
  for await (const chunk of stream) all += chunk;
  return all;
}

/**
 * What a server says to a connection. On Windows one that was accepted ahead by the other process, which has closed its
 * own server since, is ended without a word.
 */
async function said(port, host) {
  for (;;) {
    const word = await text(net.connect(port, host)).catch((error) => {
      assert.strictEqual(error.code, 'ECONNRESET');
      return '';
    });
    if (word !== '' || process.platform !== 'win32') return word;
  }
}

const checks = {
  async 'plain values'() {
    for (const value of ['', 'ä€𝄞\n', 0, -1.5, true, null, [], { a: [1, { b: null }] }]) {
      assert.deepStrictEqual((await echo(value))[0], value);
    }
  },

  async 'rich values'() {
    if (serialization === 'json') return;
    const value = { bytes: Buffer.from('bytes'), map: new Map([[1, new Set(['x'])]]), big: 2n ** 70n };
    value.self = value;
    assert.deepStrictEqual((await echo(value))[0], value);
  },

  async 'a connection, there and back'() {
    const server = await listen();
    const connection = once(server, 'connection');
    const client = net.connect(server.address().port, '127.0.0.1');
    const [accepted] = await connection;
    const [message, socket] = await echo({ n: 1 }, accepted);
    assert.deepStrictEqual(message, { n: 1 });
    socket.end('back');
    assert.strictEqual(await text(client), 'back');
    server.close();
  },

  async 'a server, there and back'() {
    const server = await listen();
    const { port } = server.address();
    const [, back] = await echo('server', server);
    server.close();
    back.on('connection', (socket) => socket.end('second'));
    assert.strictEqual(await said(port, '127.0.0.1'), 'second');
    back.close();
  },

  async "a server of the child's"() {
    const [address, server] = await echo('listen');
    const [host, port] = address.split(':');
    server.on('connection', (socket) => socket.end('third'));
    assert.strictEqual(await said(Number(port), host), 'third');
    server.close();
  },

  async "a connection of the child's"() {
    const server = await listen();
    const connection = once(server, 'connection');
    const [, socket] = await echo({ connect: server.address().port });
    const [accepted] = await connection;
    socket.end('fourth');
    assert.strictEqual(await text(accepted), 'fourth');
    server.close();
  },

  async 'several handles'() {
    if (stock) return;
    const servers = [await listen(), await listen()];
    if (wire === 'node') {
      assert.throws(() => child.send('both', servers), { code: 'ERR_INVALID_HANDLE_TYPE' });
    } else {
      const [message, back] = await echo('both', servers);
      assert.strictEqual(message, 'both');
      assert.deepStrictEqual(
        back.map((server) => server.address().port),
        servers.map((server) => server.address().port),
      );
      for (const server of back) server.close();
    }
    for (const server of servers) server.close();
  },

  async 'the end'() {
    const [disconnected, exited] = [once(child, 'disconnect'), once(child, 'exit')];
    child.disconnect();
    await disconnected;
    assert.deepStrictEqual(await exited, [0, null]);
  },
};

(async () => {
  for (const [name, check] of Object.entries(checks)) {
    await check();
    console.log(`ok ${name}`);
  }
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
