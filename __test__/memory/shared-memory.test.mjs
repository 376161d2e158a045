import { onlyForkwire } from '../helpers/cases.mjs';
import { endWithTest, fixture, when } from '../helpers/child.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { SharedMemory, memoriesOf, sharing, shares, wakes } from '../helpers/memory.mjs';
import { connection, listening } from '../helpers/sockets.mjs';

const wordsOf = (memory) => new Int32Array(memory.buffer);

if (!shares) {
  onlyForkwire('a runtime without such buffers reports that, and names those that have them', (t) => {
    const make = () => SharedMemory.create(10).buffer;
    t.throws(make, { code: 'ERR_FORKWIRE_NO_SHARED_MEMORY', message: /22\.23, 24\.22 and 26\.12/ });
  });
}

for (const serialization of ['json', 'advanced']) {
  sharing(`what one process writes, the other sees: ${serialization}`, async (t, { fork }) => {
    const child = fork('use-memory.cjs', { serialization });
    const inbox = new Inbox(child);
    const memory = SharedMemory.create(1 << 20);
    const words = wordsOf(memory);
    words[100] = 7;
    child.send({ do: 'read', at: 100 }, memory);
    t.deepEqual(await inbox.take(2), [{ ready: 'read' }, { outcome: 7 }]);
    child.send({ do: 'write', at: 262_143, value: -8 }, memory);
    await inbox.take(2);
    t.is(words[262_143], -8);
  });
}

sharing('memory that comes back is the same object, and is mapped once', async (t, { fork }) => {
  const child = fork('use-memory.cjs');
  const inbox = new Inbox(child);
  const memory = SharedMemory.create(4096);
  for (let i = 0; i < 50; i++) {
    child.send({ do: 'describe' }, memory);
    await inbox.next();
    const { message, handle } = await inbox.nextWithHandle();
    t.deepEqual(message, { outcome: { byteLength: 4096, frozen: false } });
    t.is(handle, memory);
  }
  // Held, so that it is not collected before it is counted.
  child.send({ do: 'hold' }, memory);
  await inbox.take(2);
  // Once it answers again, it has closed what it sent last.
  child.send({ do: 'nothing' });
  await inbox.take(2);
  t.deepEqual(memoriesOf(child.pid), { mapped: 1, open: 1 });
});

sharing('memories and sockets travel together, each in its place', async (t, { fork }) => {
  const child = fork('use-memory.cjs');
  const server = await listening(t);
  const { accepted, peer } = await connection(t, server);
  peer?.on?.('error', () => {});
  const [first, second] = [SharedMemory.create(10), SharedMemory.create(20)];
  const inbox = new Inbox(child);
  child.send({ do: 'hold' }, [first, accepted, second]);
  await inbox.next();
  const { handle } = await inbox.nextWithHandle();
  t.is(handle[0], first);
  t.is(handle[2], second);
  handle[1].destroy();
});

sharing('a wait ends when the other process notifies', async (t, { fork }) => {
  const child = fork('use-memory.cjs');
  const inbox = new Inbox(child);
  const memory = SharedMemory.create(4096);
  const words = wordsOf(memory);
  const waits = [memory.waitAsync(5, 0), memory.waitAsync(5, 0), memory.waitAsync(6, 0, { timeout: 1e6 })];
  child.send({ do: 'notify', at: 5, value: 1 }, memory);
  t.deepEqual(await Promise.all(waits.slice(0, 2)), ['ok', 'ok']);
  child.send({ do: 'notify', at: 6, value: 1 }, memory);
  t.is(await waits[2], 'ok');
  await inbox.take(4);
  for (const action of ['wait', 'block']) {
    const value = Atomics.load(words, 7);
    child.send({ do: action, at: 7, value }, memory);
    await inbox.next();
    if (wakes) {
      while (memory.notify(7) === 0) await new Promise(setImmediate);
    } else {
      Atomics.store(words, 7, value + 1);
    }
    const { outcome } = await inbox.next();
    t.true(outcome === 'ok' || (!wakes && outcome === 'not-equal'), outcome);
  }
});

sharing('a wait ends when the number differs, the time is over, or its signal says so', async (t) => {
  const memory = SharedMemory.create(8);
  t.is(await memory.waitAsync(0, 1), 'not-equal');
  t.is(memory.wait(0, 1), 'not-equal');
  t.is(await memory.waitAsync(0, 0, { timeout: 1 }), 'timed-out');
  t.is(memory.wait(1, 0, 1), 'timed-out');
  const controller = new AbortController();
  const wait = memory.waitAsync(0, 0, { signal: controller.signal });
  const reason = new Error('enough');
  controller.abort(reason);
  t.is(await t.throwsAsync(wait), reason);
  t.is(await t.throwsAsync(memory.waitAsync(0, 0, { signal: controller.signal })), reason);
});

sharing('a wait for a notifier that is killed ends by its signal', async (t, { fork }) => {
  const child = fork('use-memory.cjs');
  const memory = SharedMemory.create(8);
  const controller = new AbortController();
  child.once('disconnect', () => controller.abort());
  const inbox = new Inbox(child);
  child.send({ do: 'wait', at: 0, value: 0 }, memory);
  await inbox.next();
  const wait = memory.waitAsync(1, 0, { signal: controller.signal });
  const closed = when(child, 'close');
  child.kill('SIGKILL');
  await t.throwsAsync(wait, { name: 'AbortError' });
  await closed;
  t.is(memory.notify(0), 0, 'nobody waits any more');
});

sharing('no wake-up is lost between two processes that take turns', async (t, { fork }) => {
  const child = fork('take-turns.cjs');
  const memory = SharedMemory.create(64);
  const inbox = new Inbox(child);
  child.send({ turns: 2000 }, memory);
  const words = wordsOf(memory);
  for (let turn = 0; turn < 2000; turn += 2) {
    for (let now = Atomics.load(words, 0); now < turn; now = Atomics.load(words, 0)) {
      await memory.waitAsync(0, now);
    }
    Atomics.store(words, 0, turn + 1);
    memory.notify(0);
  }
  t.is(await inbox.next(), 'done');
  t.is(words[0], 2000);
});

sharing('frozen memory arrives frozen, and nobody can write it', async (t, { fork }) => {
  const child = fork('use-memory.cjs');
  const inbox = new Inbox(child);
  const memory = SharedMemory.create(5000);
  wordsOf(memory)[3] = 33;
  t.false(memory.frozen);
  memory.freeze();
  memory.freeze();
  t.true(memory.frozen);
  child.send({ do: 'describe' }, memory);
  t.deepEqual((await inbox.take(2))[1], { outcome: { byteLength: 5000, frozen: true } });
  child.send({ do: 'write', at: 3, value: 4 }, memory);
  t.deepEqual((await inbox.take(2))[1], { outcome: 4 });
  t.is(wordsOf(memory)[3], 33, 'the child has written into a page of its own');
});

sharing('memory that another process could write is not frozen', async (t, { fork }) => {
  const child = fork('use-memory.cjs');
  const inbox = new Inbox(child);
  const memory = SharedMemory.create(5000);
  child.send({ do: 'hold' }, memory);
  await inbox.take(2);
  t.throws(() => memory.freeze(), { code: 'ERR_FORKWIRE_MEMORY_SHARED' });
  t.false(memory.frozen);
  child.send({ do: 'write', at: 3, value: 4 }, memory);
  await inbox.take(2);
  t.is(wordsOf(memory)[3], 4, 'it is shared as before');
  child.kill();
  await when(child, 'close');
  memory.freeze();
  t.true(memory.frozen);
});

if (process.platform !== 'linux') {
  sharing('a system without such a seal reports that it cannot freeze memory', (t) => {
    const memory = SharedMemory.create(100);
    t.true(memory.byteLength >= 100, 'whole pages');
    t.throws(() => memory.freeze(), { code: 'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM', message: /Linux only/ });
    t.false(memory.frozen);
    wordsOf(memory)[0] = 1;
  });
}

sharing('wrong arguments are refused', async (t) => {
  const memory = SharedMemory.create(10);
  const beyond = Math.floor(memory.byteLength / 4);
  for (const bytes of [0, -1, 1.5, NaN, 2 ** 50]) {
    t.throws(() => SharedMemory.create(bytes), { code: 'ERR_OUT_OF_RANGE' });
  }
  for (const bytes of [undefined, '10', 10n]) {
    t.throws(() => SharedMemory.create(bytes), { code: 'ERR_INVALID_ARG_TYPE' });
  }
  t.throws(() => new SharedMemory(), { instanceOf: TypeError, message: /create/ });
  t.throws(() => SharedMemory.from(new SharedArrayBuffer(10)), { code: 'ERR_INVALID_ARG_VALUE' });
  t.throws(() => SharedMemory.from(new ArrayBuffer(10)), { code: 'ERR_INVALID_ARG_TYPE' });
  for (const index of [-1, beyond, 0.5]) {
    t.throws(() => memory.notify(index), { code: 'ERR_OUT_OF_RANGE' });
    t.throws(() => memory.wait(index, 0), { code: 'ERR_OUT_OF_RANGE' });
    await t.throwsAsync(memory.waitAsync(index, 0), { code: 'ERR_OUT_OF_RANGE' });
  }
  t.throws(() => memory.wait(0, 2 ** 31), { code: 'ERR_OUT_OF_RANGE' });
  t.throws(() => memory.wait(0, 0, -1), { code: 'ERR_OUT_OF_RANGE' });
  await t.throwsAsync(memory.waitAsync(0, 0, { timeout: 'x' }), { code: 'ERR_INVALID_ARG_TYPE' });
  await t.throwsAsync(memory.waitAsync(0, 0, { signal: 1 }), { code: 'ERR_INVALID_ARG_TYPE' });
  t.true(memory instanceof SharedMemory);
});

sharing("Node's wire carries no memory", async (t, { forkUnbound }) => {
  const child = forkUnbound(fixture('echo.cjs'), { wire: 'node' });
  endWithTest(t, child);
  t.throws(() => child.send('a', SharedMemory.create(10)), { code: 'ERR_INVALID_HANDLE_TYPE' });
});
