// Connections that were read from go on in the child: in a plain server, and in an HTTP server that gets the request.
const assert = require('node:assert/strict');
const http = require('node:http');
const net = require('node:net');
const { connection } = require('../../promises/harness.cjs');
const { fork, host, next, testProgram, textOf } = require('../harness.cjs');
const { handOver, receiveConnections } = require('../../../dist/index.js');

/** What becomes of a request that the runtime's own server has parsed, and is to be handed over. */
const MOVED = { Node: /got \/request/, Bun: /^ERR_FORKWIRE_NOT_MOVABLE$/, Deno: /got \/request/ };

async function handOverRequest(child) {
  const server = http.createServer((request, response) => {
    handOver(child, { request }).catch(({ code }) => response.end(code));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = net.connect(server.address().port, '127.0.0.1');
  client.write('GET /request HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  const [, body] = (await textOf(client)).split('\r\n\r\n');
  server.close();
  return body?.trim() ?? 'nothing';
}

testProgram({
  async parent() {
    const child = fork();
    for (let i = 0; i < 10; i++) {
      const { client, accepted } = await connection();
      client.write('early ');
      await handOver(child, accepted, { name: 'plain' });
      client.end('late');
      assert.equal(await textOf(client), 'EARLY LATE');
    }
    const { client, accepted } = await connection();
    client.write('GET /it HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    await handOver(child, accepted);
    assert.match(await textOf(client), /^HTTP\/1\.1 200 [^]*got \/it/);
    const outcome = await handOverRequest(child);
    assert.match(outcome, MOVED[host]);
    child.disconnect();
    assert.deepEqual(await next(child, 'close'), [0, null]);
  },
  child() {
    const plain = net.createServer((socket) => {
      let text = '';
      socket.setEncoding('utf8').on('data', (part) => {
        text += part;
        if (text.endsWith('late')) socket.end(text.toUpperCase());
      });
    });
    const web = http.createServer((request, response) => response.end(`got ${request.url}`));
    const all = [receiveConnections(plain, process, { name: 'plain' }), receiveConnections(web)];
    process.on('disconnect', () => {
      for (const each of all) each.close();
    });
  },
});
