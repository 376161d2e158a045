// A hundred sockets there and back leave the number of open descriptors unchanged.
const assert = require('node:assert/strict');
const { readdirSync } = require('node:fs');
const { connection, settled } = require('../../promises/harness.cjs');
const { Inbox, fork, next, sent, testProgram, textOf } = require('../harness.cjs');

const open = (pid) => readdirSync(`/proc/${pid}/fd`).length;

testProgram({
  async parent() {
    const child = fork();
    const inbox = new Inbox(child);
    await round(child, inbox, 3); // opens what a runtime keeps open from its first use on
    const before = await both(child);
    await round(child, inbox, 100);
    assert.deepEqual(await both(child), before);
    child.disconnect();
    await next(child, 'close');
    return `${before} descriptors before and after`;
  },
  child() {
    process.on('message', (message, socket) => process.send(message, socket));
  },
});

async function both({ pid }) {
  return [await settled(() => open('self')), await settled(() => open(pid))];
}

async function round(child, inbox, times) {
  for (let i = 0; i < times; i++) {
    const { client, accepted } = await connection();
    await sent(child, i, accepted);
    const { message, handle } = await inbox.entry();
    assert.equal(message, i);
    handle.end('back');
    assert.equal(await textOf(client), 'back');
    client.destroy();
  }
}
