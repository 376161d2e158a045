import { once } from 'node:events';
import { Inbox } from '../helpers/inbox.mjs';
import { SharedMemory, memoriesOf, sharing } from '../helpers/memory.mjs';
import { connection, listening } from '../helpers/sockets.mjs';

const options = { serialization: 'advanced' };

const kinds = ['Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array'];
kinds.push('Uint32Array', 'Float32Array', 'Float64Array', 'DataView', 'Buffer');

const viewOf = (kind, buffer, offset) =>
  kind === 'Buffer' ? Buffer.from(buffer, offset, 8) : new globalThis[kind](buffer, offset, 1);

sharing('views in a message arrive over the same memory, in their places', async (t, { fork }) => {
  const child = fork('change-views.cjs', options);
  const memory = SharedMemory.create(4096);
  const views = kinds.map((kind, at) => viewOf(kind, memory.buffer, at * 16));
  child.send({ views, around: new Uint8Array([1, 2]) });
  const answer = await new Inbox(child).next();
  t.true(answer.same);
  t.deepEqual(answer.kinds, kinds);
  t.deepEqual([...answer.around], [1, 2]);
  for (const [at, view] of answer.views.entries()) {
    t.is(view.buffer, memory.buffer);
    t.is(view.byteOffset, at * 16);
    t.is(view.byteLength, views[at].byteLength);
    t.is(view instanceof DataView ? view.getInt8(0) : view[0], 1);
  }
});

sharing('whole buffers in a message arrive as the same memory', async (t, { fork }) => {
  const child = fork('echo.cjs', options);
  const [first, second] = [SharedMemory.create(10), SharedMemory.create(20)];
  const { buffer } = first;
  child.send({ a: buffer, b: [second.buffer, buffer], c: new Map([[buffer, new Date(0)]]) });
  const { a, b, c } = await new Inbox(child).next();
  t.is(a, buffer);
  t.is(b[0], second.buffer);
  t.is(b[1], buffer);
  t.deepEqual(c.get(buffer), new Date(0));
});

sharing('views travel beside handles, and beside large views of plain memory', async (t, { fork }) => {
  const child = fork('change-views.cjs', options);
  const inbox = new Inbox(child);
  const memory = SharedMemory.create(100);
  const { accepted } = await connection(t, await listening(t));
  const plain = Buffer.alloc(100_000, 7);
  child.send({ views: [new Uint8Array(memory.buffer)], plain }, [memory, accepted]);
  child.send({ views: [new Uint8Array(memory.buffer)], plain });
  for (const withHandle of [true, false]) {
    const answer = await inbox.next();
    t.is(answer.withHandle, withHandle);
    t.is(answer.views[0].buffer, memory.buffer);
    t.deepEqual(answer.plain, plain);
  }
  t.is(new Uint8Array(memory.buffer)[0], 2);
});

sharing('a callback of a message with views gets null once, and they are counted', async (t, { fork }) => {
  const child = fork('change-views.cjs', options);
  const memory = SharedMemory.create(100);
  const before = memoriesOf();
  const views = [new Uint8Array(memory.buffer)];
  const settled = await new Promise((resolve) => child.send({ views }, resolve));
  t.is(settled, null);
  t.deepEqual(memoriesOf(), before);
});

sharing('buffers that are not of shared memory are refused or copied, as by Node', async (t, { fork }) => {
  const child = fork('echo.cjs', options);
  const own = new SharedArrayBuffer(8);
  t.throws(() => child.send({ own }), { message: /SharedArrayBuffer.* could not be cloned/ });
  child.send({ view: new Uint8Array(own) });
  const { view } = await new Inbox(child).next();
  t.deepEqual([...view], [0, 0, 0, 0, 0, 0, 0, 0]);
});

sharing('a view of 4 GiB costs what a small one does', async (t, { fork }) => {
  const child = fork('change-views.cjs', options);
  const inbox = new Inbox(child);
  const memory = SharedMemory.create(2 ** 32);
  // More elements than an array can have.
  child.send({ views: [new Uint8Array(memory.buffer)] });
  const { views } = await inbox.next();
  t.is(views[0].byteLength, 2 ** 32);
  t.is(views[0][0], 1);
});

sharing('messages of sendMany() have views, and arrive in order', async (t, { fork }) => {
  const child = fork('echo.cjs', options);
  const inbox = new Inbox(child);
  const [{ buffer }, other] = [SharedMemory.create(10), SharedMemory.create(20)];
  const view = new Uint8Array(buffer);
  const errors = [];
  const called = new Promise((resolve) =>
    child.sendMany([1, { view }, [other.buffer, buffer], 2, 'end', view], (error) =>
      resolve(errors.push(error)),
    ),
  );
  t.is(await inbox.next(), 1);
  t.is((await inbox.next()).view.buffer, buffer);
  const both = await inbox.next();
  t.true(both[0] === other.buffer && both[1] === buffer);
  t.is(await inbox.next(), 2);
  t.is(await inbox.next(), 'end');
  t.is((await inbox.next()).buffer, buffer);
  await called;
  t.deepEqual(errors, [null], 'called once');
});

sharing('sendMany() sends nothing if one of its messages cannot be cloned', async (t, { fork }) => {
  const child = fork('echo.cjs', options);
  const inbox = new Inbox(child);
  const view = new Uint8Array(SharedMemory.create(8).buffer);
  t.throws(() => child.sendMany([view, { f() {} }]), { message: /could not be cloned/ });
  child.send('next');
  t.is(await inbox.next(), 'next');
});

sharing('a callback of sendMany() gets one error when the peer is gone', async (t, { fork }) => {
  const child = fork('idle.cjs', options);
  const view = new Uint8Array(SharedMemory.create(8).buffer);
  const errors = [];
  const gone = once(child, 'disconnect');
  // The child, which is stopped, takes none of the memories.
  child.kill('SIGSTOP');
  const called = new Promise((resolve) =>
    child.sendMany([1, view, 2, view], (error) => resolve(errors.push(error))),
  );
  child.kill('SIGKILL');
  await Promise.all([called, gone]);
  t.is(errors.length, 1);
  t.truthy(errors[0].code);
});
