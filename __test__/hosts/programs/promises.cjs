// A conversation by promises, over loops in the child where its channel has them, and a child that is disposed of.
const assert = require('node:assert/strict');
const { fork, testProgram } = require('../harness.cjs');

testProgram({
  async parent() {
    const child = fork();
    const { channel } = child;
    for (let i = 0; i < 100; i++) await channel.post({ i });
    await channel.post('last');
    assert.equal(await channel.next({ filter: (message) => message === 'last' }), 'last');
    for (let i = 0; i < 50; i++) assert.deepEqual(await channel.next(), { i });
    let i = 50;
    for await (const message of channel.messages()) {
      assert.deepEqual(message, { i: i++ });
      if (i === 100) break;
    }
    await child[Symbol.asyncDispose]();
    assert.deepEqual([child.exitCode, child.signalCode], [0, null]);
    await assert.rejects(channel.next(), { code: 'ERR_IPC_CHANNEL_CLOSED' });
  },
  async child() {
    if (process.channel.messages === undefined)
      return process.on('message', (message) => process.send(message));
    for await (const message of process.channel.messages()) await process.channel.post(message);
  },
});
