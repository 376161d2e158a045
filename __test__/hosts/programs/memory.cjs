// Shared memory: made, sent, waited for and frozen; and its buffer, where the runtime can make one.
const assert = require('node:assert/strict');
const { Inbox, fork, guest, library, next, testProgram } = require('../harness.cjs');

const { SharedMemory, SharedRing } = library;

/** Deno has no call for it. */
const hasBuffers = guest !== 'Deno';

testProgram({
  async parent() {
    const child = fork();
    const inbox = new Inbox(child);
    const memory = SharedMemory.create(4096);
    child.send('wait', memory);
    assert.equal(await inbox.next(), 'ready');
    // It may not be asleep yet.
    while (memory.notify(0) === 0) await new Promise(setImmediate);
    const { message, handle } = await inbox.entry();
    assert.deepEqual(message, { outcome: 'ok', size: 4096 });
    assert.equal(handle, memory);
    assert.throws(() => memory.freeze(), { code: 'ERR_FORKWIRE_MEMORY_SHARED' });
    const own = SharedMemory.create(100);
    own.freeze();
    assert.ok(own.frozen);
    child.send('frozen', own);
    assert.equal(await inbox.next(), true);

    if (hasBuffers) await buffers(child, inbox, memory);
    else assert.throws(() => memory.buffer, { code: 'ERR_FORKWIRE_NO_SHARED_MEMORY' });
    child.disconnect();
    assert.deepEqual(await next(child, 'close'), [0, null]);
  },
  child() {
    process.on('message', (what, memory) => tasks[what](memory));
  },
});

async function buffers(child, inbox, memory) {
  const words = new Int32Array(memory.buffer);
  words[5] = 7;
  child.send('add', memory);
  await inbox.next();
  assert.equal(words[5], 8);
  const ring = SharedRing.create({ slots: 4, bytes: 64 });
  child.send('read', ring.memory);
  const writer = ring.writer();
  for (let n = 0; n < 100; n++) await writer.write(Buffer.from(`message ${n}`));
  writer.close();
  assert.deepEqual(await inbox.next(), { count: 100, last: 'message 99' });
}

const held = [];

const tasks = {
  async wait(memory) {
    held.push(memory);
    process.send('ready');
    const outcome = await memory.waitAsync(0, 0);
    process.send({ outcome, size: memory.byteLength }, memory);
  },
  frozen: (memory) => process.send(memory.frozen),
  add(memory) {
    new Int32Array(memory.buffer)[5] += 1;
    process.send('added');
  },
  async read(memory) {
    let count = 0;
    let last;
    for await (const message of SharedRing.open(memory).reader()) {
      count += 1;
      last = Buffer.from(message).toString();
    }
    process.send({ count, last });
  },
};
