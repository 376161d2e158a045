import { execFileSync, spawn } from 'node:child_process';

import { createReadStream, createWriteStream, openSync, promises } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import tty from 'node:tty';
import { createRequire } from 'node:module';
import { onlyForkwire } from '../helpers/cases.mjs';
import { endWithTest, when } from '../helpers/child.mjs';
import { once } from '../helpers/events.mjs';
import { fileWith, opened } from '../helpers/files.mjs';
import { Inbox } from '../helpers/inbox.mjs';

const { Descriptor } = createRequire(import.meta.url)('../../dist/index.js');

const described = { do: 'describe' };

/** A terminal, as a program has it that runs in one. */
async function terminal(t) {
  const holder = spawn('script', ['-qc', 'tty; cat', '/dev/null'], { stdio: ['pipe', 'pipe', 'ignore'] });
  endWithTest(t, holder);
  return String((await once(holder.stdout, 'data'))[0]).trim();
}

const makers = {
  'a Descriptor': (t) => [new Descriptor(opened(t, fileWith(t, 'text'))), 'file'],
  async 'a FileHandle'(t) {
    const handle = await promises.open(fileWith(t, 'text'));
    t.teardown(() => handle.close());
    return [handle, 'file'];
  },
  async 'a stream that reads a file'(t) {
    const stream = createReadStream(fileWith(t, 'text'));
    t.teardown(() => stream.destroy());
    await once(stream, 'open');
    return [stream, 'file'];
  },
  async 'a stream that writes a file'(t) {
    const stream = createWriteStream(fileWith(t, 'text'));
    t.teardown(() => stream.destroy());
    await once(stream, 'open');
    return [stream, 'file'];
  },
  'a folder': (t) => [new Descriptor(opened(t, '.')), 'directory'],
  'a device': (t) => [new Descriptor(opened(t, '/dev/null')), 'character-device'],
};

for (const [name, make] of Object.entries(makers)) {
  for (const serialization of ['json', 'advanced']) {
    onlyForkwire(`${name} arrives as a Descriptor, ${serialization}`, async (t, { share }) => {
      const child = share('use-descriptors.cjs', { serialization });
      const [thing, type] = await make(t);
      child.send(described, thing);
      t.deepEqual(await new Inbox(child).next(), { outcome: [type] });
    });
  }
}

onlyForkwire('several kinds of handles come with one message, in their places', async (t, { share }) => {
  const child = share('use-descriptors.cjs');
  const things = [];
  for (const make of Object.values(makers)) things.push((await make(t))[0]);
  const server = net.createServer().listen(0);
  t.teardown(() => server.close());
  await once(server, 'listening');
  things.splice(2, 0, server);
  child.send(described, things);
  const types = ['file', 'file', 'Server', 'file', 'file', 'directory', 'character-device'];
  t.deepEqual(await new Inbox(child).next(), { outcome: types });
});

onlyForkwire('a descriptor that comes back is the same open file', async (t, { share }) => {
  const child = share('use-descriptors.cjs');
  const inbox = new Inbox(child);
  const own = new Descriptor(opened(t, fileWith(t, 'one two')));
  child.send({ do: 'hold' }, own, { keepOpen: true });
  await inbox.next();
  child.send({ do: 'readSome', count: 4 }, own, { keepOpen: true });
  t.deepEqual(await inbox.next(), { outcome: 'one ' });
  own.close();
  child.send({ do: 'drop' });
  await inbox.next();
});

onlyForkwire('the standard output of a child process is read by another one', async (t, { share }) => {
  const child = share('use-descriptors.cjs');
  const writer = spawn('echo', ['hello'], { stdio: ['ignore', 'pipe', 'inherit'] });
  child.send(described, writer.stdout);
  // Node's own pipe for it is a socket.
  t.deepEqual(await new Inbox(child).next(), { outcome: ['Socket'] });
});

onlyForkwire('a net.Socket over a pipe moves, with what was read from it', async (t, { share }) => {
  const child = share('use-descriptors.cjs');
  const fifo = path.join(path.dirname(fileWith(t, '')), 'fifo');
  execFileSync('mkfifo', [fifo]);
  const reading = promises.open(fifo, 'r');
  const writer = await promises.open(fifo, 'w');
  const { fd } = await reading;
  const socket = new net.Socket({ fd: new Descriptor(fd).fd, readable: true });
  await writer.write('one ');
  await once(socket, 'readable');
  child.send({ do: 'readAll', options: { encoding: 'utf8' } }, socket);
  await writer.write('two');
  await writer.close();
  t.deepEqual(await new Inbox(child).next(), { outcome: 'one two' });
  await (await reading).close();
});

onlyForkwire('a terminal is written by both processes', async (t, { share }) => {
  const child = share('use-descriptors.cjs');
  const inbox = new Inbox(child);
  const name = await terminal(t);
  const stream = new tty.WriteStream(openSync(name, 'r+'));
  t.teardown(() => stream.destroy());
  child.send(described, stream);
  t.deepEqual(await inbox.next(), { outcome: ['terminal'] });
  child.send({ do: 'writeAll', text: '' }, stream);
  t.deepEqual(await inbox.next(), { outcome: 'WriteStream' });
  t.true(stream.writable);
});

onlyForkwire(
  'a closed FileHandle or stream arrives as nothing, as a closed socket does',
  async (t, { share }) => {
    const child = share('use-descriptors.cjs');
    const inbox = new Inbox(child);
    const file = fileWith(t, '');
    const handle = await promises.open(file);
    await handle.close();
    const stream = createReadStream(file).on('error', () => {});
    stream.destroy();
    await when(stream, 'close');
    child.send(described, [handle, stream]);
    t.deepEqual(await inbox.next(), { outcome: [null] });
  },
);

onlyForkwire(
  'a stream that has not opened its file says so, and streams without one are refused',
  (t, { share }) => {
    const child = share('use-descriptors.cjs');
    const stream = createReadStream(fileWith(t, '')).on('error', () => {});
    t.throws(() => child.send(described, stream), { code: 'ERR_INVALID_ARG_VALUE', message: /'open' event/ });
    stream.destroy();
    const { PassThrough } = createRequire(import.meta.url)('node:stream');
    for (const other of [new PassThrough(), { fd: 1 }, { fd: 'x' }, 5]) {
      t.throws(() => child.send(described, other), { code: 'ERR_INVALID_HANDLE_TYPE' });
    }
  },
);
