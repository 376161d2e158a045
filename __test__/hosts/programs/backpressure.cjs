// If a child does not read, send() turns false. 'drain' comes when it reads again, after the callbacks, and nothing is lost.
const assert = require('node:assert/strict');
const { stop } = require('../../promises/harness.cjs');
const { fork, next, testProgram } = require('../harness.cjs');

testProgram({
  async parent() {
    const child = fork();
    await next(child, 'message');
    await stop(child);
    const text = 'x'.repeat(10_000);
    let sent = 0;
    let settled = 0;
    let accepted = true;
    while (accepted) {
      accepted = child.send(text, (error) => {
        assert.equal(error, null);
        settled++;
      });
      sent++;
      assert.ok(sent < 10_000, 'send() never returns false');
    }
    process.kill(child.pid, 'SIGCONT');
    await next(child, 'drain');
    assert.equal(settled, sent);
    child.send('count');
    assert.deepEqual(await next(child, 'message'), [sent, undefined]);
    child.disconnect();
    assert.deepEqual(await next(child, 'close'), [0, null]);
  },
  child() {
    let count = 0;
    process.on('message', (message) => {
      if (message === 'count') process.send(count);
      else count++;
    });
    process.send('ready');
  },
});
