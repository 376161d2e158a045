import { closeSync, fstatSync, openSync } from 'node:fs';
import { when } from '../helpers/child.mjs';
import { settledSockets, untilSockets } from '../helpers/descriptors.mjs';
import { stockOnly } from '../helpers/implementations.mjs';
import { startRawPeer } from '../helpers/raw-peer.mjs';
import test from '../helpers/test.mjs';

const declare = stockOnly ? test.skip : test;

/** A child that breaks the rules of a wire, and what this process does then. */
function start(t, wire, ...args) {
  const child = startRawPeer(t, { wire }, ...args);
  const seen = { messages: [], handles: [], errors: [] };
  child.on('error', (error) => seen.errors.push(error.code));
  const done = new Promise((resolve) => {
    child.on('message', (message, handle) => {
      seen.messages.push(message);
      if (handle) seen.handles.push(handle);
      if (message === 'done') resolve();
    });
  });
  return { child, seen, done };
}

function close(handle) {
  handle.on?.('error', () => {});
  if (handle.destroy) handle.destroy();
  else handle.close();
}

async function end(child) {
  const events = [];
  for (const event of ['disconnect', 'close']) child.once(event, () => events.push(event));
  const closed = when(child, 'close');
  child.kill('SIGKILL');
  await closed;
  return events;
}

for (const wire of ['native', 'node']) {
  declare(`a handle that is not of its kind costs nothing but itself, ${wire} wire`, async (t) => {
    const before = await settledSockets(process.pid);
    const { child, seen, done } = start(t, wire, 'each as each kind');
    // If a descriptor were closed twice, the second time would hit one of these.
    const files = [];
    const open = () => files.push(openSync('/dev/null'));
    child.on('message', open).on('error', open);
    await done;
    const ids = seen.messages.slice(0, -1).map(({ id }) => id);
    t.deepEqual(
      ids,
      ids.toSorted((a, b) => a - b),
    );
    t.true(ids.length > 6);
    for (const handle of seen.handles) close(handle);
    t.deepEqual(await end(child), ['disconnect', 'close']);
    for (const code of seen.errors) t.regex(code, /^ERR_FORKWIRE_(HANDLE_NOT_ADOPTED|MALFORMED)$/);
    for (const file of files) {
      t.true(fstatSync(file).isCharacterDevice());
      closeSync(file);
    }
    await untilSockets(process.pid, before);
  });

  declare(`a child's own end of the channel is refused as a handle, ${wire} wire`, async (t) => {
    const { child, seen, done } = start(t, wire, 'own end');
    await done;
    t.deepEqual(seen, { messages: ['done'], handles: [], errors: [] });
    t.deepEqual(await end(child), ['disconnect', 'close']);
  });

  for (const keys of ['same', 'other']) {
    declare(`answers that nobody reads do not fill this process: ${keys} names, ${wire} wire`, async (t) => {
      const { child, done } = start(t, wire, 'ask', keys);
      await done;
      // 16 MB without a bound.
      t.true(child.channel.stats().sent.backlog < 1 << 20, `${child.channel.stats().sent.backlog}`);
    });
  }
}

const envelopes = [
  { at: [0, 0, 0], of: 1 },
  { at: [0, 1, 1], of: 3 },
  { at: [2, 1, 0], of: 3 },
  { at: [0, 1, 3], of: 3 },
  { at: [0, 1], of: 3 },
  { at: [0, 1, 2, 3], of: 4 },
  { at: [-1, 0, 1], of: 3 },
  { at: [0, 0.5, 1], of: 3 },
  { at: ['0', '1', '2'], of: 3 },
  { at: 'abc', of: 3 },
  { at: [0, 1, 2], of: 0 },
  { at: [0, 1, 2], of: 1e9 },
  { at: [0, 1, 2] },
  { of: 3 },
];

// In two parts: a channel reports its first 10 faults one by one.
for (const [part, some] of [envelopes.slice(0, 7), envelopes.slice(7)].entries()) {
  declare(
    `handles whose places are wrong are closed, and their message is malformed: part ${part + 1}`,
    async (t) => {
      const before = await settledSockets(process.pid);
      const { child, seen, done } = start(t, 'native', 'envelopes', JSON.stringify(some));
      await done;
      t.deepEqual(seen.messages, ['done']);
      t.deepEqual(
        seen.errors,
        some.map(() => 'ERR_FORKWIRE_MALFORMED'),
      );
      t.deepEqual(await end(child), ['disconnect', 'close']);
      await untilSockets(process.pid, before);
    },
  );
}
