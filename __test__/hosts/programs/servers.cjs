// A listening server is shared: the child accepts after the parent has closed its own. Another one comes back from the child.
const assert = require('node:assert/strict');
const net = require('node:net');
const { Inbox, fork, next, sent, testProgram, textOf } = require('../harness.cjs');

testProgram({
  async parent() {
    const child = fork();
    const inbox = new Inbox(child);
    const server = net.createServer(() => assert.fail('the parent does not accept any more'));
    server.listen(0, '127.0.0.1');
    await next(server, 'listening');
    const { port } = server.address();
    await sent(child, 'serve', server);
    server.close();
    assert.equal(await inbox.next(), 'serving');
    for (let i = 0; i < 10; i++) {
      assert.equal(await textOf(net.connect(port, '127.0.0.1')), 'from the child');
    }
    child.send('offer');
    const { message, handle } = await inbox.entry();
    assert.ok(handle instanceof net.Server);
    // Before the child has closed its own, it may accept too, and would leave the connection without an answer.
    assert.equal(await inbox.next(), 'closed');
    handle.on('connection', (socket) => socket.end('from the parent'));
    assert.equal(await textOf(net.connect(message, '127.0.0.1')), 'from the parent');
    handle.close();
    child.disconnect();
    assert.deepEqual(await next(child, 'close'), [0, null]);
  },
  child() {
    process.on('message', async (message, server) => {
      if (message === 'serve') {
        server.on('connection', (socket) => socket.end('from the child'));
        process.once('disconnect', () => server.close());
        process.send('serving');
        return;
      }
      const own = net.createServer().listen(0, '127.0.0.1');
      await next(own, 'listening');
      await sent(process, own.address().port, own);
      own.close(() => process.send('closed'));
    });
  },
});
