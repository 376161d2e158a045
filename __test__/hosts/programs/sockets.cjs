// TCP and Unix domain connections move from parent to child and back, with the data in flight.
const assert = require('node:assert/strict');
const net = require('node:net');
const { connection, scratch } = require('../../promises/harness.cjs');
const { Inbox, fork, next, sent, testProgram, textOf } = require('../harness.cjs');

testProgram({
  async parent() {
    const child = fork();
    const inbox = new Inbox(child);
    for (let i = 0; i < 20; i++) {
      const { client, accepted } = await connection();
      await shouted(child, client, accepted);
    }
    const { file, remove } = scratch();
    const server = net.createServer({ pauseOnConnect: true }).listen(file);
    await next(server, 'listening');
    const client = net.connect(file);
    const [accepted] = await next(server, 'connection');
    await shouted(child, client, accepted);
    server.close();
    remove();

    child.send('give');
    const { message, handle } = await inbox.entry();
    assert.equal(message, 'given');
    assert.ok(handle instanceof net.Socket);
    handle.end('from the parent');
    assert.equal(await inbox.next(), 'from the parent');

    assert.throws(() => child.send('not one', {}), { code: 'ERR_INVALID_HANDLE_TYPE' });
    child.disconnect();
    assert.deepEqual(await next(child, 'close'), [0, null]);
  },
  child() {
    process.on('message', (message, socket) => {
      if (message === 'give') void give();
      else shout(socket);
    });
  },
});

/** Answers after receiving everything. At the end it would be too late, since a socket ends with its peer. */
function shout(socket) {
  let text = '';
  socket.setEncoding('utf8').on('data', (part) => {
    text += part;
    if (text.endsWith('late')) socket.end(text.toUpperCase());
  });
}

async function shouted(child, client, accepted) {
  client.write('early ');
  await sent(child, 'shout', accepted);
  client.end('late');
  assert.equal(await textOf(client), 'EARLY LATE');
}

async function give() {
  const { client, accepted } = await connection();
  await sent(process, 'given', accepted);
  process.send(await textOf(client));
}
