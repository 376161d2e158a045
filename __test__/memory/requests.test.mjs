import { SharedMemory, memoriesOf, sharing } from '../helpers/memory.mjs';

const SERVE = 'requests/serve-memory.cjs';

const bytesOf = (memory) => new Uint8Array(memory.buffer);

for (const serialization of ['json', 'advanced']) {
  sharing(
    `${serialization}: a request takes memories along, and its answer brings them back`,
    async (t, { fork }) => {
      const { channel } = fork(SERVE, { serialization });
      const memories = [SharedMemory.create(64), SharedMemory.create(4096)];
      const request = { do: 'beside', to: 'all' };
      const [answer, returned] = await channel.request(request, { handles: memories, withHandles: true });
      t.deepEqual(answer, { to: 'all' });
      t.true(returned.length === 2 && returned.every((one, at) => one === memories[at]));
      t.deepEqual(
        memories.map((memory) => bytesOf(memory)[0]),
        [1, 1],
      );
    },
  );
}

sharing('views in a request and in its answer are views of the same memory', async (t, { fork }) => {
  const { channel } = fork(SERVE, { serialization: 'advanced' });
  const memory = SharedMemory.create(64);
  const view = bytesOf(memory).subarray(8, 16);
  const answer = await channel.request({ do: 'inside', view });
  t.is(answer.handles, 0, 'they are not handles');
  t.is(answer.view.buffer, memory.buffer);
  t.is(answer.again, answer.view);
  t.deepEqual([answer.view.byteOffset, answer.view.byteLength, view[0]], [8, 8, 1]);
});

sharing('a child asks its parent with memory in a request and beside it', async (t, { fork }) => {
  const { channel } = fork(SERVE, { serialization: 'advanced' });
  const [inside, beside] = [SharedMemory.create(64), SharedMemory.create(64)];
  channel.serve(({ view }, { handles, reply }) => {
    t.is(view.buffer, inside.buffer);
    t.is(handles[0], beside);
    return reply({ view, seen: handles.length }, handles);
  });
  await channel.request({ do: 'beside' }, { handles: [beside] });
  const [answer, returned] = await channel.request({ do: 'ask', view: bytesOf(inside) });
  t.is(answer.seen, 1);
  t.is(answer.view.buffer, inside.buffer);
  t.is(returned.length, 1);
});

sharing('a child lets go of the memories of requests that fail', async (t, { fork }) => {
  const child = fork(SERVE, { serialization: 'advanced' });
  const memory = SharedMemory.create(64);
  for (let i = 0; i < 20; i++) {
    const failed = child.channel.request({ do: 'nothing', view: bytesOf(memory) }, { handles: [memory] });
    await t.throwsAsync(failed, { message: /not a function/ });
  }
  t.true(memoriesOf(child.pid).open <= 1);
});
