// Requests in both directions, errors, cancellation, and what ends with the channel.
const assert = require('node:assert/strict');
const { fork, next, testProgram } = require('../harness.cjs');

testProgram({
  async parent() {
    const child = fork();
    const { channel } = child;
    channel.serve((n) => n * 2);
    const all = Array.from({ length: 500 }, (_, n) => channel.request({ echo: n }));
    assert.deepEqual(await Promise.all(all), [...all.keys()]);
    assert.equal(await channel.request({ back: 20 }), 41);
    await assert.rejects(channel.request({ fail: 'here' }), {
      name: 'RangeError',
      message: 'here',
      code: 'E',
    });
    await assert.rejects(channel.request({ never: true }, { timeout: 50 }), { name: 'TimeoutError' });
    const late = channel.request({ later: 'at last' });
    child.disconnect();
    assert.equal(await late, 'at last');
    assert.deepEqual(await next(child, 'close'), [0, null]);
    await assert.rejects(channel.request(1), { code: 'ERR_IPC_CHANNEL_CLOSED' });
  },
  child() {
    process.channel.serve(async (message) => {
      if ('echo' in message) return message.echo;
      if ('back' in message) return (await process.channel.request(message.back)) + 1;
      if ('fail' in message) throw Object.assign(new RangeError(message.fail), { code: 'E' });
      if ('later' in message) return new Promise((done) => setTimeout(done, 30, message.later));
      return new Promise(() => {});
    });
  },
});
