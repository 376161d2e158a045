import { Worker } from 'node:worker_threads';
import { createRequire } from 'node:module';
import { Inbox } from '../helpers/inbox.mjs';
import { once } from '../helpers/events.mjs';
import { SharedMemory, memoriesOf, sharing } from '../helpers/memory.mjs';

const path = createRequire(import.meta.url).resolve('../../dist/index.js');

const worker = (t, body) => {
  const code = `
    const { parentPort } = require('node:worker_threads');
    const { SharedMemory, fork } = require(${JSON.stringify(path)});
    parentPort.once('message', async (buffer) => {
      const memory = SharedMemory.from(buffer);
      const words = new Int32Array(buffer);
      ${body}
    });`;
  const thread = new Worker(code, { eval: true });
  t.teardown(() => thread.terminate());
  return thread;
};

sharing('a worker thread waits for memory and notifies of it, by its buffer', async (t) => {
  const memory = SharedMemory.create(4096);
  const thread = worker(
    t,
    `parentPort.postMessage('ready');
     const outcome = await memory.waitAsync(0, 0);
     Atomics.store(words, 1, 1);
     memory.notify(1);
     parentPort.postMessage({ outcome, same: memory.buffer === buffer, size: memory.byteLength });`,
  );
  thread.postMessage(memory.buffer);
  await once(thread, 'message');
  const said = once(thread, 'message');
  Atomics.store(new Int32Array(memory.buffer), 0, 1);
  memory.notify(0);
  t.is(await memory.waitAsync(1, 0, { timeout: 60_000 }).then((outcome) => outcome !== 'timed-out'), true);
  const [{ outcome, ...rest }] = await said;
  t.true(outcome === 'ok' || outcome === 'not-equal');
  t.deepEqual(rest, { same: true, size: 4096 });
});

sharing('memory outlives the worker thread that made it, and goes on to a process', async (t, { fork }) => {
  const first = SharedMemory.create(64);
  const thread = worker(
    t,
    `const made = SharedMemory.create(5000);
     new Uint8Array(made.buffer)[4999] = 7;
     parentPort.postMessage(made.buffer);`,
  );
  thread.postMessage(first.buffer);
  const [buffer] = await once(thread, 'message');
  await thread.terminate();
  const memory = SharedMemory.from(buffer);
  t.is(new Uint8Array(memory.buffer)[4999], 7);
  const child = fork('use-memory.cjs');
  const inbox = new Inbox(child);
  child.send({ do: 'describe' }, memory);
  t.deepEqual((await inbox.take(2))[1], { outcome: { byteLength: 5000, frozen: false } });
  // Held, so that it is not collected before it is counted.
  child.send({ do: 'hold' }, memory);
  t.deepEqual((await inbox.take(2))[1], { outcome: 1 });
  t.is(memoriesOf(child.pid).mapped, 1);
});
