// A pool on a runtime that has no spares: each child is an ordinary one, for a reason that is stated.
const assert = require('node:assert/strict');
const { Inbox, host, library, next, start, testProgram } = require('../harness.cjs');

testProgram({
  async parent() {
    const workers = library.prefork({ count: 2, modulePath: process.argv[1], ...start });
    await workers.ready(); // there is nothing to wait for
    const child = workers.fork(undefined, ['child']);
    const inbox = new Inbox(child);
    child.send('there');
    assert.equal(await inbox.next(), 'there');
    child.disconnect();
    await next(child, 'close');
    const { warm, cold, waiting, starting, reasons } = workers.stats();
    assert.deepEqual({ warm, cold, waiting, starting }, { warm: 0, cold: 1, waiting: 0, starting: 0 });
    assert.deepEqual({ ...reasons }, { [`${host} has no way to wait for a program`]: 1 });
    await workers.close();
  },
  child() {
    process.on('message', (message) => process.send(message));
  },
});
