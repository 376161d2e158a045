// On other systems, __test__/descriptors tests more kinds.
import test from '../helpers/test.mjs';
import { closeSync, createReadStream, openSync, promises, readFileSync, readSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import { endWithTest, fixture } from '../helpers/child.mjs';
import { once } from '../helpers/events.mjs';
import { fileWith, opened } from '../helpers/files.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { listening, socketPath } from '../helpers/sockets.mjs';

const { Descriptor, fork: forkwire } = createRequire(import.meta.url)('../../dist/index.js');

const windows = process.platform === 'win32' ? test : test.skip;

function using(t, options) {
  const child = forkwire(fixture('use-descriptors.cjs'), options);
  endWithTest(t, child);
  return { child, inbox: new Inbox(child) };
}

/** A descriptor of the C runtime for one end of a named pipe, and the socket at the other end. */
async function pipe(t) {
  const path = socketPath(t);
  const server = await listening(t, {}, { path });
  const accepted = once(server, 'connection');
  const fd = openSync(path, 'r+');
  const [socket] = await accepted;
  t.teardown(() => socket.destroy());
  return { fd, socket };
}

windows('the position and the flags of a file are one for both processes', async (t) => {
  const { child, inbox } = using(t);
  const file = fileWith(t, 'one two three');
  const fd = opened(t, file);
  const bytes = Buffer.alloc(4);
  readSync(fd, bytes);
  child.send({ do: 'readSome', count: 4 }, new Descriptor(fd));
  t.deepEqual(await inbox.next(), { outcome: 'two ' });
  readSync(fd, bytes);
  t.is(String(bytes), 'thre');
  const end = opened(t, file, 'a');
  child.send({ do: 'writeAll', text: ' four' }, new Descriptor(end));
  t.deepEqual(await inbox.next(), { outcome: 'WriteStream' });
  writeSync(end, ' five');
  t.is(readFileSync(file, 'utf8'), 'one two three four five');
});

for (const serialization of ['json', 'advanced']) {
  windows(`files, folders and devices come with one message, ${serialization}`, async (t) => {
    const { child, inbox } = using(t, { serialization });
    const handle = await promises.open(fileWith(t, 'text'));
    const stream = createReadStream(fileWith(t, 'text'));
    t.teardown(() => Promise.all([handle.close(), stream.destroy()]));
    await once(stream, 'open');
    const things = [
      handle,
      stream,
      new Descriptor(opened(t, fileWith(t, ''))),
      new Descriptor(opened(t, '.')),
      new Descriptor(opened(t, String.raw`\\.\NUL`)),
    ];
    child.send({ do: 'describe' }, things);
    t.deepEqual(await inbox.next(), {
      outcome: ['file', 'file', 'file', 'directory', 'character-device'],
    });
  });
}

windows('a descriptor comes back as the same open file', async (t) => {
  const { child, inbox } = using(t);
  const own = new Descriptor(opened(t, fileWith(t, 'one two')));
  child.send({ do: 'duplicate', back: true }, own);
  const { handle } = await inbox.nextWithHandle();
  t.true(handle instanceof Descriptor);
  t.true(own.closed);
  const bytes = Buffer.alloc(4);
  readSync(handle.fd, bytes);
  t.is(String(bytes), 'one ');
  handle.close();
});

windows('a pipe is written and read by the child', async (t) => {
  const { child, inbox } = using(t);
  const { fd, socket } = await pipe(t);
  const descriptor = new Descriptor(fd);
  closeSync(fd);
  t.is(descriptor.type, 'pipe');
  child.send({ do: 'writeSome', text: 'from the child' }, descriptor, { keepOpen: true });
  t.is(String((await once(socket, 'data'))[0]), 'from the child');
  t.deepEqual(await inbox.next(), { outcome: 14 });
  socket.write('to the child');
  child.send({ do: 'readSome', count: 12 }, descriptor);
  t.deepEqual(await inbox.next(), { outcome: 'to the child' });
});

windows('a descriptor says for what it was opened', async (t) => {
  const { child, inbox } = using(t);
  const file = fileWith(t, '');
  child.send({ do: 'misuse', method: 'createWriteStream' }, new Descriptor(opened(t, file)));
  const { outcome } = await inbox.next();
  t.is(outcome.code, 'ERR_FORKWIRE_DESCRIPTOR_TYPE');
  t.regex(outcome.message, /open for reading only: use createReadStream\(\)$/);
});

windows('a socket is not a descriptor, and a listening one stays usable', async (t) => {
  const server = net.createServer().listen(0);
  t.teardown(() => server.close());
  await once(server, 'listening');
  t.throws(() => new Descriptor(server), { code: 'ERR_INVALID_HANDLE_TYPE' });
  t.true(server.listening);
});

windows('300 files that come and go leave no descriptor behind', async (t) => {
  const { child, inbox } = using(t);
  const file = fileWith(t, '');
  const lowest = opened(t, file);
  for (let round = 0; round < 10; round++) {
    const all = Array.from({ length: 30 }, () => new Descriptor(lowest));
    await new Promise((resolve) => child.send({ do: 'hold' }, all, resolve));
    await inbox.next();
    child.send({ do: 'drop' });
    await inbox.next();
    for (const one of all) t.true(one.closed);
  }
  t.true(opened(t, file) <= lowest + 5);
});
