import { endWithTest, fixture } from '../helpers/child.mjs';
import { onlyForkwire } from '../helpers/cases.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { SharedMemory, sharing } from '../helpers/memory.mjs';
import { connection, listening } from '../helpers/sockets.mjs';

const options = { serialization: 'advanced' };

const filled = (length, value) => new Uint8Array(length).fill(value).buffer;

onlyForkwire('a transferred buffer is empty here, and whole and in its place there', async (t, { fork }) => {
  const child = fork('describe-buffers.cjs', options);
  const buffers = [filled(100_000, 1), filled(8, 2), filled(0, 0)];
  const views = [
    new Int32Array(buffers[0], 16, 4),
    Buffer.from(buffers[0], 99_999),
    new DataView(buffers[1], 1),
  ];
  const plain = Buffer.alloc(50_000, 3);
  const settled = new Promise((resolve) => {
    child.send({ views, buffers, plain }, undefined, { transfer: buffers }, resolve);
  });
  t.deepEqual(
    buffers.map(({ byteLength }) => byteLength),
    [0, 0, 0],
  );
  t.is(views[0].length, 0);
  const answer = await new Inbox(child).next();
  t.is(await settled, null);
  t.deepEqual(answer.sizes, [100_000, 8, 0]);
  t.deepEqual(answer.whole, [0, 0, 1]);
  t.deepEqual([...answer.views[0]], Array(4).fill(0x01010101));
  t.deepEqual([...answer.views[1]], [1]);
  t.is(answer.views[2].getInt8(6), 2);
  t.deepEqual(answer.plain, plain);
});

onlyForkwire('a transferred buffer travels beside a handle', async (t, { fork }) => {
  const child = fork('describe-buffers.cjs', options);
  const { accepted } = await connection(t, await listening(t));
  const buffer = filled(70_000, 4);
  child.send({ views: [new Uint8Array(buffer)], buffers: [buffer] }, accepted, { transfer: [buffer] });
  t.is(buffer.byteLength, 0);
  const answer = await new Inbox(child).next();
  t.deepEqual([answer.sizes, answer.whole, answer.withHandle], [[70_000], [0], true]);
});

onlyForkwire('a send() that throws leaves every buffer here', async (t, { fork }) => {
  const child = fork('idle.cjs', { ...options, maxMessageSize: 10_000 });
  const kept = filled(100, 1);
  const large = filled(20_000, 1);
  const { buffer: undetachable } = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const cases = [
    [{ no: () => {} }, [kept], /could not be cloned/],
    [{ large }, [kept, large], /too large|maxMessageSize/],
    [{}, [kept, undetachable], /./],
    [{}, [kept, kept], /same buffer twice/],
    [{}, [kept, 1], /ArrayBuffer or SharedMemory/],
    [{}, kept, /Array/],
  ];
  for (const [message, transfer, expected] of cases) {
    t.throws(() => child.send(message, undefined, { transfer }), { message: expected });
    t.is(kept.byteLength, 100);
    t.is(large.byteLength, 20_000);
  }
  t.is(child.channel.stats().sent.messages, 0);
});

onlyForkwire('a channel for json refuses to transfer', (t, { fork }) => {
  const kept = filled(100, 1);
  const child = fork('idle.cjs');
  t.throws(() => child.send({}, undefined, { transfer: [kept] }), { code: 'ERR_INVALID_ARG_VALUE' });
  t.is(kept.byteLength, 100);
  t.true(child.send({}, undefined, { transfer: [] }));
});

onlyForkwire("on Node's wire a transferred buffer is copied and detached", async (t, { forkUnbound }) => {
  const child = forkUnbound(fixture('describe-buffers.cjs'), { ...options, wire: 'node' });
  endWithTest(t, child);
  const buffer = filled(70_000, 4);
  child.send({ views: [], buffers: [buffer] }, undefined, { transfer: [buffer] });
  t.is(buffer.byteLength, 0);
  t.deepEqual((await new Inbox(child).next()).sizes, [70_000]);
});

sharing('shared memory among the transferred stays shared', async (t, { fork }) => {
  const child = fork('change-views.cjs', options);
  const memory = SharedMemory.create(100);
  const buffer = filled(100, 1);
  const views = [new Uint8Array(memory.buffer), new Uint8Array(buffer)];
  child.send({ views }, undefined, { transfer: [memory.buffer, buffer] });
  t.is(buffer.byteLength, 0);
  const answer = await new Inbox(child).next();
  t.is(answer.views[0].buffer, memory.buffer);
  t.deepEqual([views[0][0], answer.views[0][0], answer.views[1][0]], [1, 1, 2]);
});
