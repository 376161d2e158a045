import { when } from '../helpers/child.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { SharedMemory, SharedRing, sharing } from '../helpers/memory.mjs';

const messageOf = (number) => Buffer.alloc(number % 1001, number % 251);

for (const slots of [1, 8]) {
  sharing(
    `messages of all sizes arrive in order, and the end after them: ${slots} slots`,
    async (t, { fork }) => {
      const child = fork('use-memory.cjs');
      const inbox = new Inbox(child);
      const rings = [0, 1].map(() => SharedRing.create({ slots, bytes: 1000 }));
      child.send(
        { do: 'echo' },
        rings.map(({ memory }) => memory),
      );
      const [there, back] = rings;
      const writing = (async () => {
        const writer = there.writer();
        for (let number = 0; number < 2000; number++) await writer.write(messageOf(number));
        writer.close();
      })();
      let number = 0;
      for await (const message of back.reader()) {
        if (!messageOf(number).equals(message)) t.fail(`message ${number}`);
        number += 1;
      }
      t.is(number, 2000);
      await writing;
      t.deepEqual((await inbox.take(2))[1], { outcome: 'over' });
    },
  );
}

sharing('slots are written and read in their place', async (t) => {
  const ring = SharedRing.create({ slots: 2, bytes: 8 });
  const [writer, reader] = [ring.writer(), SharedRing.open(ring.memory).reader()];
  const slot = await writer.reserve();
  t.is(slot.buffer, ring.memory.buffer);
  t.is(slot.byteLength, 8);
  slot[2] = 9;
  t.is(reader.tryRead(), undefined);
  writer.commit(3);
  t.deepEqual([...reader.tryRead()], [0, 0, 9]);
  t.throws(() => writer.commit(1), { code: 'ERR_OUT_OF_RANGE' });
  t.true(writer.tryWrite(new Uint16Array([1])));
  t.false(writer.tryWrite(Buffer.from('x')), 'the reader still has the first');
  reader.release();
  t.true(writer.tryWrite(new ArrayBuffer(0)));
  t.deepEqual([...(await reader.read())], [1, 0]);
  t.deepEqual([...(await reader.read())], []);
});

sharing('a writer that has closed accepts nothing, because the reader may have seen the end', async (t) => {
  const ring = SharedRing.create({ slots: 1, bytes: 8 });
  const writer = ring.writer();
  await writer.write(Buffer.from('last'));
  const waiting = writer.write(Buffer.from('late'));
  writer.close();
  const refused = { code: 'ERR_FORKWIRE_RING_CLOSED', message: 'The writer of the ring has closed it' };
  await t.throwsAsync(waiting, refused);
  t.throws(() => writer.tryWrite(Buffer.from('later')), refused);
  t.throws(() => writer.tryReserve(), refused);
  const reader = ring.reader();
  t.is(Buffer.from(await reader.read()).toString(), 'last');
  t.is(await reader.read(), undefined);
});

sharing('a slot that was reserved before the end cannot be handed over after it', async (t) => {
  const ring = SharedRing.create({ slots: 1, bytes: 8 });
  const writer = ring.writer();
  await writer.reserve();
  writer.close();
  t.throws(() => writer.commit(1), { code: 'ERR_FORKWIRE_RING_CLOSED' });
  t.is(await ring.reader().read(), undefined);
});

sharing('a ring waits no longer than its timeout', async (t) => {
  const ring = SharedRing.create({ slots: 1, bytes: 8 });
  const [writer, reader] = [ring.writer(), ring.reader()];
  await t.throwsAsync(reader.read({ timeout: 1 }), { code: 'ERR_FORKWIRE_RING_TIMEOUT' });
  await writer.write(Buffer.from('1'));
  await t.throwsAsync(writer.write(Buffer.from('2'), { timeout: 1 }), { code: 'ERR_FORKWIRE_RING_TIMEOUT' });
  const controller = new AbortController();
  const write = writer.write(Buffer.from('2'), { signal: controller.signal });
  controller.abort();
  await t.throwsAsync(write, { name: 'AbortError' });
  reader.close();
  await t.throwsAsync(writer.write(Buffer.from('2')), { code: 'ERR_FORKWIRE_RING_CLOSED' });
});

sharing('a writer that is killed ends a read by its signal', async (t, { fork }) => {
  const child = fork('use-memory.cjs');
  const rings = [0, 1].map(() => SharedRing.create({ slots: 2, bytes: 8 }));
  const inbox = new Inbox(child);
  child.send(
    { do: 'echo' },
    rings.map(({ memory }) => memory),
  );
  await inbox.next();
  const controller = new AbortController();
  child.once('disconnect', () => controller.abort());
  const read = rings[1].reader().read({ signal: controller.signal });
  const closed = when(child, 'close');
  child.kill('SIGKILL');
  await t.throwsAsync(read, { name: 'AbortError' });
  await closed;
});

sharing('a ring with sizes or counters that cannot be is an error', async (t) => {
  const malformed = { code: 'ERR_FORKWIRE_RING_MALFORMED' };
  for (const options of [{ slots: 3, bytes: 1 }, { slots: 0, bytes: 1 }, { slots: 2, bytes: 0 }, {}]) {
    t.regex(t.throws(() => SharedRing.create(options)).code, /^ERR_(INVALID_ARG|OUT_OF_RANGE)/);
  }
  t.throws(() => SharedRing.open({}), { code: 'ERR_INVALID_ARG_VALUE' });
  for (const size of [1, 100, 100_000]) {
    t.throws(() => SharedRing.open(SharedMemory.create(size)), malformed);
  }
  // The number of slots, the bytes of one.
  for (const [index, value] of [
    [2, 1024],
    [2, -1],
    [2, 3],
    [3, -1],
    [3, 0],
  ]) {
    const { memory } = SharedRing.create({ slots: 4, bytes: 64 });
    new Int32Array(memory.buffer)[index] = value;
    t.throws(() => SharedRing.open(memory), malformed);
  }
  const ring = SharedRing.create({ slots: 4, bytes: 64 });
  const words = new Int32Array(ring.memory.buffer);
  const [writer, reader] = [ring.writer(), ring.reader()];
  writer.tryWrite(Buffer.from('x'));
  words[48] = 65; // its length
  t.throws(() => reader.tryRead(), malformed);
  words[16] = 5; // written
  t.throws(() => reader.tryRead(), malformed);
  words[32] = 2; // read
  t.throws(() => writer.tryWrite(Buffer.from('x')), malformed);
  await t.throwsAsync(writer.reserve(), malformed);
});
