import dgram from 'node:dgram';
import {
  closeSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  writeSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import { inspect } from 'node:util';
import { onlyForkwire } from '../helpers/cases.mjs';
import { textOf } from '../helpers/child.mjs';
import { descriptorsOf, untilDescriptors } from '../helpers/descriptors.mjs';
import { once } from '../helpers/events.mjs';
import { fileWith, opened } from '../helpers/files.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { connection, listening } from '../helpers/sockets.mjs';
import { overNodeWire } from '../helpers/node-wire.mjs';

const { Descriptor, MessageChannel } = createRequire(import.meta.url)('../../dist/index.js');

const sending = (child, message, handle, options) =>
  new Promise((resolve) => child.send(message, handle, options, resolve));

/** The number of the event loop's own epoll. */
const epoll = () =>
  readdirSync('/proc/self/fd').find((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === 'anon_inode:[eventpoll]';
    } catch {
      return false;
    }
  });

onlyForkwire('the offset of a file is one for all who have it', async (t, { share }) => {
  const child = share('use-descriptors.cjs');
  const inbox = new Inbox(child);
  const fd = opened(t, fileWith(t, 'one two three'));
  const bytes = Buffer.alloc(4);
  readSync(fd, bytes);
  child.send({ do: 'readSome', count: 4 }, new Descriptor(fd));
  t.deepEqual(await inbox.next(), { outcome: 'two ' });
  readSync(fd, bytes);
  t.is(String(bytes), 'thre');
});

onlyForkwire('the flags of a file are one for all who have it', async (t, { share }) => {
  const child = share('use-descriptors.cjs');
  const file = fileWith(t, 'one ');
  const fd = opened(t, file, 'a');
  child.send({ do: 'writeAll', text: 'two ' }, new Descriptor(fd));
  t.deepEqual(await new Inbox(child).next(), { outcome: 'WriteStream' });
  writeSync(fd, 'three');
  t.is(readFileSync(file, 'utf8'), 'one two three');
});

onlyForkwire('a stream of a file reads the part that was asked for', async (t, { share }) => {
  const child = share('use-descriptors.cjs');
  const descriptor = new Descriptor(opened(t, fileWith(t, 'one two three')));
  child.send({ do: 'readAll', options: { start: 4, end: 6 } }, descriptor);
  t.deepEqual(await new Inbox(child).next(), { outcome: 'two' });
});

onlyForkwire('the number that a Descriptor was made of stays with its owner', async (t) => {
  const fd = openSync(fileWith(t, ''), 'r');
  const descriptor = new Descriptor(fd);
  t.not(descriptor.fd, fd);
  closeSync(fd);
  t.true(fstatSync(descriptor.fd).isFile());
  const copy = descriptor.duplicate();
  descriptor.close();
  t.true(fstatSync(copy.fd).isFile());
  copy.close();
});

onlyForkwire('closing twice closes nothing else', (t) => {
  const descriptor = new Descriptor(opened(t, fileWith(t, '')));
  const { fd } = descriptor;
  descriptor.close();
  const other = opened(t, '/dev/null');
  t.is(other, fd);
  descriptor.close();
  descriptor[Symbol.dispose]();
  t.true(fstatSync(other).isCharacterDevice());
});

onlyForkwire('what was closed, sent or given away says so', async (t, { share }) => {
  const child = share('use-descriptors.cjs');
  const inbox = new Inbox(child);
  const fd = opened(t, fileWith(t, 'text'));
  const [closed, sent, given] = [new Descriptor(fd), new Descriptor(fd), new Descriptor(fd)];
  closed.close();
  t.is(await sending(child, { do: 'hold' }, sent), null);
  given.createReadStream().destroy();
  for (const [descriptor, message] of [
    [closed, /is closed/],
    [sent, /was sent .* keepOpen/],
    [given, /was given to createReadStream\(\).*duplicate\(\)/],
  ]) {
    t.true(descriptor.closed);
    const expected = { code: 'ERR_FORKWIRE_DESCRIPTOR_CLOSED', message };
    for (const use of [
      () => descriptor.fd,
      () => descriptor.type,
      () => descriptor.duplicate(),
      () => descriptor.createReadStream(),
      () => descriptor.toSocket(),
      () => child.send({ do: 'hold' }, descriptor),
    ]) {
      t.throws(use, expected);
    }
  }
  child.send({ do: 'drop' });
  await inbox.take(2);
});

const wrongOptions = {
  null: [null, 'ERR_INVALID_ARG_TYPE'],
  'a string': ['utf8', 'ERR_INVALID_ARG_TYPE'],
  'a negative number': [{ highWaterMark: -1 }, 'ERR_OUT_OF_RANGE'],
  'no number': [{ highWaterMark: '1' }, 'ERR_INVALID_ARG_TYPE'],
  'a fraction': [{ start: 0.5 }, 'ERR_OUT_OF_RANGE'],
  'an end before the start': [{ start: 2, end: 1 }, 'ERR_OUT_OF_RANGE'],
  'an encoding that is unknown': [{ encoding: 'none' }, 'ERR_INVALID_ARG_VALUE'],
  'a getter that throws': [
    {
      get highWaterMark() {
        throw Object.assign(new Error('getter'), { code: 'OWN' });
      },
    },
    'OWN',
  ],
};

onlyForkwire('a descriptor stays open if an argument is wrong', async (t) => {
  const file = new Descriptor(opened(t, fileWith(t, 'text'), 'r+'));
  const { accepted } = await connection(t, await listening(t));
  const socket = new Descriptor(accepted);
  for (const descriptor of [file, socket]) {
    for (const [what, [options, code]] of Object.entries(wrongOptions)) {
      t.throws(() => descriptor.createReadStream(options), { code }, what);
      t.throws(() => descriptor.createWriteStream(options), { code }, what);
    }
    t.false(descriptor.closed);
    descriptor.close();
  }
  const server = new Descriptor(await listening(t));
  for (const wrong of [null, 5, {}, () => {}]) {
    t.throws(() => server.toServer(wrong), { code: 'ERR_INVALID_ARG_TYPE' });
  }
  t.false(server.closed);
  server.close();
});

onlyForkwire('options that are not documented do not change who closes it', async (t) => {
  const descriptor = new Descriptor(opened(t, fileWith(t, 'text')));
  const { fd } = descriptor;
  const stream = descriptor.createReadStream({ autoClose: false, fd: 0, end: Infinity, encoding: 'utf8' });
  let text = '';
  for await (const part of stream) text += part;
  t.is(text, 'text');
  t.throws(() => fstatSync(fd), { code: 'EBADF' });
});

onlyForkwire('a server that throws when it is to listen leaves no descriptor behind', async (t) => {
  const descriptor = new Descriptor(await listening(t));
  const { fd } = descriptor;
  const server = net.createServer();
  server.listen = () => {
    throw new Error('not now');
  };
  t.throws(() => descriptor.toServer(server), { message: 'not now' });
  t.throws(() => fstatSync(fd), { code: 'EBADF' });
});

onlyForkwire('with keepOpen, both processes have it', async (t, { share }) => {
  const child = share('use-descriptors.cjs');
  const descriptor = new Descriptor(opened(t, fileWith(t, 'text')));
  t.is(await sending(child, { do: 'describe' }, descriptor, { keepOpen: true }), null);
  t.deepEqual(await new Inbox(child).next(), { outcome: ['file'] });
  t.true(fstatSync(descriptor.fd).isFile());
  descriptor.close();
});

onlyForkwire('one that is named twice in a message arrives twice', async (t, { share }) => {
  const child = share('use-descriptors.cjs');
  const descriptor = new Descriptor(opened(t, fileWith(t, 'text')));
  child.send({ do: 'describe' }, [descriptor, descriptor]);
  t.deepEqual(await new Inbox(child).next(), { outcome: ['file', 'file'] });
  t.true(descriptor.closed);
});

onlyForkwire('epoll and an end of the channel itself are refused, and stay open', async (t, { share }) => {
  const child = share('use-descriptors.cjs');
  const before = descriptorsOf('self').length;
  for (const [fd, message] of [
    [Number(epoll()), /epoll/],
    [child.channel.fd, /end of this channel/],
  ]) {
    const descriptor = new Descriptor(fd);
    t.throws(() => child.send({ do: 'hold' }, [descriptor]), { code: 'ERR_INVALID_HANDLE_TYPE', message });
    t.false(descriptor.closed);
    descriptor.close();
  }
  await untilDescriptors('self', before);
  child.send({ do: 'describe' });
  t.deepEqual(await new Inbox(child).next(), { outcome: [null] });
});

onlyForkwire('a connection is a socket again where it arrives', async (t, { share }) => {
  const child = share('use-descriptors.cjs');
  const server = await listening(t, { pauseOnConnect: true });
  const { client, accepted } = await connection(t, server);
  child.send({ do: 'answer', text: 'by child' }, new Descriptor(accepted._handle.fd));
  t.deepEqual(await new Inbox(child).next(), { outcome: 'Socket' });
  accepted.destroy();
  t.is(await textOf(client), 'by child');
});

onlyForkwire('a listening socket is a server again where it arrives', async (t, { share }) => {
  const child = share('use-descriptors.cjs');
  const server = await listening(t);
  child.send({ do: 'serve', text: 'by child' }, new Descriptor(server._handle.fd));
  const { port } = server.address();
  server.close();
  t.deepEqual(await new Inbox(child).next(), { outcome: port });
  t.is(await textOf(net.connect(port, '127.0.0.1')), 'by child');
});

onlyForkwire('a socket of UDP is a dgram.Socket again where it arrives', async (t, { share }) => {
  const child = share('use-descriptors.cjs');
  const [server, client] = [dgram.createSocket('udp4'), dgram.createSocket('udp4')];
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  const symbol = Object.getOwnPropertySymbols(server).find((one) => server[one]?.handle);
  child.send({ do: 'answerDatagram', text: 'child got' }, new Descriptor(server[symbol].handle.fd));
  await new Inbox(child).next();
  const { port } = server.address();
  server.close();
  client.send('it', port, '127.0.0.1');
  t.is(String((await once(client, 'message'))[0]), 'child got it');
  client.close();
});

const misuses = [
  [
    'toSocket',
    '/dev/null',
    'r',
    /needs a stream socket or a pipe, .* character device .* createReadStream\(\)/,
  ],
  ['toServer', '/dev/null', 'w', /needs a listening socket, .* writing only: use createWriteStream\(\)/],
  ['createWriteStream', '/dev/null', 'r', /something that can be written, .* for reading only/],
  ['createReadStream', '.', 'r', /is a directory$/],
];

for (const [method, file, flags, message] of misuses) {
  onlyForkwire(`${method}() of something else names what it is: ${file}, ${flags}`, async (t, { share }) => {
    const child = share('use-descriptors.cjs');
    child.send({ do: 'misuse', method }, new Descriptor(opened(t, file, flags)));
    const { outcome } = await new Inbox(child).next();
    t.is(outcome.code, 'ERR_FORKWIRE_DESCRIPTOR_TYPE');
    t.regex(outcome.message, message);
    t.false(outcome.closed);
  });
}

onlyForkwire('a number that is not a descriptor is refused', (t) => {
  for (const [fd, code] of [
    ['1', 'ERR_INVALID_ARG_TYPE'],
    [undefined, 'ERR_INVALID_ARG_TYPE'],
    [-1, 'ERR_OUT_OF_RANGE'],
    [1.5, 'ERR_OUT_OF_RANGE'],
    [2 ** 40, 'ERR_OUT_OF_RANGE'],
    [999_999, 'EBADF'],
  ]) {
    t.throws(() => new Descriptor(fd), { code });
  }
});

onlyForkwire('a Descriptor that is printed shows its number and what it is', (t) => {
  const descriptor = new Descriptor(opened(t, '/dev/null'));
  t.is(inspect(descriptor), `Descriptor { fd: ${descriptor.fd}, type: 'character-device' }`);
  descriptor.close();
  t.is(inspect(descriptor), 'Descriptor { closed: true }');
});

onlyForkwire('descriptors travel through ports', async (t) => {
  const { port1, port2 } = new MessageChannel();
  t.teardown(() => port1.close());
  const fd = opened(t, fileWith(t, 'text'));
  port1.send('one', new Descriptor(fd));
  port1.postMessage('two', [new Descriptor(fd)]);
  for (const name of ['one', 'two']) {
    const [message, handles] = await port2.next({ handles: true });
    t.is(message, name);
    t.is(handles[0].type, 'file');
    handles[0].close();
  }
});

onlyForkwire('descriptors travel with requests, and with their answers', async (t) => {
  const { port1, port2 } = new MessageChannel();
  t.teardown(() => port1.close());
  const fd = opened(t, fileWith(t, 'text'));
  port2.serve((message, { handles, reply }) => reply(message, handles));
  const asked = { handles: [new Descriptor(fd)], withHandles: true };
  const [answer, [descriptor]] = await port1.request('twice', asked);
  t.is(answer, 'twice');
  t.is(descriptor.type, 'file');
  descriptor.close();
});

overNodeWire("on Node's wire sockets go as bare handles, and nothing else goes", async (t, { fork }) => {
  const child = fork('use-native-handle.cjs');
  const file = new Descriptor(opened(t, '/dev/null'));
  const expected = { code: 'ERR_FORKWIRE_WIRE', message: /native wire/ };
  t.throws(() => child.send('socket', file), expected);
  t.false(file.closed);
  file.close();
  const server = await listening(t, { pauseOnConnect: true });
  const { client, accepted } = await connection(t, server);
  child.send('socket', new Descriptor(accepted._handle.fd));
  t.deepEqual(await new Inbox(child).next(), { type: 'TCP', fd: 'number' });
  accepted.destroy();
  t.is(await textOf(client), 'by child');
});
