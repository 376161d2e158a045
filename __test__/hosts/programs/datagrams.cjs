// A bound UDP socket is shared: the child answers after the parent has closed its own.
const assert = require('node:assert/strict');
const dgram = require('node:dgram');
const { fork, next, sent, testProgram } = require('../harness.cjs');

testProgram({
  async parent() {
    const child = fork();
    const socket = dgram.createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await next(socket, 'listening');
    const { port } = socket.address();
    await sent(child, 'answer', socket);
    assert.deepEqual(await next(child, 'message'), ['answering', undefined]);
    socket.close();
    const asking = dgram.createSocket('udp4');
    const answer = next(asking, 'message');
    asking.send('question', port, '127.0.0.1');
    assert.equal(String((await answer)[0]), 'answer to question');
    asking.close();
    child.disconnect();
    assert.deepEqual(await next(child, 'close'), [0, null]);
  },
  child() {
    process.on('message', (message, socket) => {
      socket.on('message', (text, { port, address }) => socket.send(`answer to ${text}`, port, address));
      process.once('disconnect', () => socket.close());
      process.send('answering');
    });
  },
});
