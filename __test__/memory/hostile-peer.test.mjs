import { when } from '../helpers/child.mjs';
import { SharedMemory, memoriesOf, sharing } from '../helpers/memory.mjs';
import { startRawPeer } from '../helpers/raw-peer.mjs';

sharing('memory that is not what it seems costs nothing but its message', async (t) => {
  const before = memoriesOf();
  const child = startRawPeer(t, { wire: 'native', serialization: 'advanced' }, 'memories');
  const errors = [];
  const received = [];
  child.on('error', (error) => errors.push(error));
  await new Promise((resolve) => {
    child.on('message', (message, handle) => {
      if (message === 'done') resolve();
      else received.push({ message, handle });
    });
  });
  // The groups with a wrong handle were refused by the core, and the peer was told.
  for (const error of errors) t.regex(error.code, /^ERR_FORKWIRE_MALFORMED$/, error.message);
  t.is(errors.length, 10);
  const [unused, ...rest] = received;
  t.deepEqual(unused, { message: 'unused', handle: undefined });
  const same = rest.pop();
  t.is(new Set(same.handle).size, 1);
  t.is(rest.length, 1000);
  const { buffer } = same.handle[0];
  t.true(rest.every(({ message }) => message.buffer === buffer && message.byteLength === 8));
  // What was there before may have been collected meanwhile.
  const { mapped, open } = memoriesOf();
  t.true(mapped <= before.mapped + 1 && open <= before.open + 1, `${mapped} mapped, ${open} open`);
  const closed = when(child, 'close');
  child.kill('SIGKILL');
  await closed;
  t.is(new Uint8Array(buffer)[0], 0, 'the memory outlives the peer');
  t.true(SharedMemory.from(buffer) === same.handle[0]);
});
