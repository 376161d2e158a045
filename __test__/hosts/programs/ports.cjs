// Ports by a name and in a message, with messages in both directions, and requests.
const assert = require('node:assert/strict');
const { fork, next, testProgram } = require('../harness.cjs');
const { MessageChannel } = require('../../../dist/index.js');

testProgram({
  async parent() {
    const child = fork();
    const named = child.channel.port('echo');
    const messages = [undefined, 'text', new Map([[1, 2]])];
    for (const message of messages) named.postMessage(message);
    for (const message of messages) assert.deepEqual(await named.next(), { echo: message });
    assert.equal(await named.request(20), 21);
    const { port1, port2 } = new MessageChannel();
    port1.postMessage('sent before');
    child.send('a port', port2);
    assert.equal(await port1.next(), 'got sent before');
    const closed = next(port1, 'close');
    named.close();
    port1.close();
    await closed;
    child.disconnect();
    assert.deepEqual(await next(child, 'close'), [0, null]);
  },
  child() {
    const named = process.channel.port('echo');
    named.on('message', (echo) => named.postMessage({ echo }));
    named.serve((n) => n + 1);
    process.on('message', (message, port) => {
      port.on('message', (text) => port.postMessage(`got ${text}`));
    });
  },
});
