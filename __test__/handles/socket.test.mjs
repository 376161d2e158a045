import { createHash } from 'node:crypto';
import net from 'node:net';
import { both, onlyForkwire } from '../helpers/cases.mjs';
import { textOf, when } from '../helpers/child.mjs';
import { once } from '../helpers/events.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import patterned from '../helpers/patterned.cjs';
import { connected, connection, listening, socketPath } from '../helpers/sockets.mjs';
import { stop } from '../helpers/stopped.mjs';

both('sockets are dealt to a normal and a special child', async (t, { fork }) => {
  const normal = fork('answer-socket.cjs', ['normal']);
  const special = fork('answer-socket.cjs', ['special']);
  const server = await listening(t, { pauseOnConnect: true });
  let count = 0;
  server.on('connection', (socket) => (count++ % 2 ? special : normal).send('socket', socket));
  const answers = [];
  for (let i = 0; i < 4; i++) answers.push(await textOf(await connected(t, server)));
  t.deepEqual(
    answers,
    ['normal', 'special', 'normal', 'special'].map((priority) => `Request handled with ${priority} priority`),
  );
});

for (const [family, where] of Object.entries({
  TCP: () => undefined,
  'Unix domain': (t) => ({ path: socketPath(t) }),
})) {
  for (const serialization of ['json', 'advanced']) {
    both(`a ${family} socket moves, and its data goes on, ${serialization}`, async (t, { share }) => {
      const child = share('shout.cjs', { serialization });
      const inbox = new Inbox(child);
      const server = await listening(t, { pauseOnConnect: true }, where(t));
      const { client, accepted } = await connection(t, server);
      child.send({ with: 'a socket' }, accepted);
      const { message, remotePort, localPort } = await inbox.next();
      t.deepEqual(message, { with: 'a socket' });
      t.deepEqual([remotePort, localPort], [client.localPort, client.remotePort]);
      client.setEncoding('utf8');
      for (const word of ['one', 'two', 'three']) {
        client.write(word);
        t.deepEqual(await once(client, 'data'), [word.toUpperCase()]);
      }
      accepted.destroy();
      client.end('last');
      t.is(await textOf(client), 'LAST');
    });
  }
}

both('the child reads everything that a paused socket received before it moved', async (t, { fork }) => {
  const child = fork('shout.cjs');
  const server = await listening(t, { pauseOnConnect: true });
  const { client, accepted } = await connection(t, server);
  await new Promise((resolve) => client.write('told before;', resolve));
  child.send('socket', accepted);
  client.end('told after');
  t.is(await textOf(client), 'TOLD BEFORE;TOLD AFTER');
});

both('megabytes go through a socket that has moved, both ways', async (t, { share }) => {
  const child = share('hash-socket.cjs');
  const server = await listening(t, { pauseOnConnect: true });
  const { client, accepted } = await connection(t, server);
  const content = patterned.bytes(4 << 20);
  const back = createHash('sha1');
  client.on('data', (data) => back.update(data));
  client.end(content);
  child.send('socket', accepted);
  const digest = createHash('sha1').update(content).digest('hex');
  const [report] = await Promise.all([new Inbox(child).next(), when(client, 'end')]);
  t.deepEqual(report, { length: content.length, digest });
  t.is(back.digest('hex'), digest);
});

both('the socket of a client moves too', async (t, { share }) => {
  const child = share('shout.cjs');
  const server = await listening(t);
  const { client, accepted } = await connection(t, server);
  child.send('socket', client);
  await new Inbox(child).next();
  accepted.end('whisper');
  t.is(await textOf(accepted), 'WHISPER');
});

// Stock Node keeps reading until the child has acknowledged the socket, and drops what arrives until then.
onlyForkwire('the child reads everything that a socket receives after it is sent', async (t, { fork }) => {
  const child = fork('shout.cjs');
  const server = await listening(t);
  const { client, accepted } = await connection(t, server);
  accepted.on('data', () => t.fail());
  await new Promise((resolve) => setImmediate(resolve));
  const resume = await stop(child);
  child.send('socket', accepted);
  client.end('told on the way');
  await new Promise((resolve) => setTimeout(resolve));
  resume();
  t.is(await textOf(client), 'TOLD ON THE WAY');
});

both('the sender no longer has the socket', async (t, { share }) => {
  const child = share('shout.cjs');
  const server = await listening(t, { pauseOnConnect: true });
  const { client, accepted } = await connection(t, server);
  child.send('socket', accepted);
  accepted.on('data', () => t.fail());
  accepted.on('error', () => {});
  t.truthy(await new Promise((resolve) => accepted.write('not sent', resolve)));
  await new Inbox(child).next();
  client.end('said');
  t.is(await textOf(client), 'SAID');
});

both('keepOpen keeps the socket open in the sender', async (t, { fork }) => {
  const child = fork('write-and-wait.cjs');
  const server = await listening(t, { pauseOnConnect: true });
  const { client, accepted } = await connection(t, server);
  child.send('socket', accepted, { keepOpen: true });
  t.is(await new Inbox(child).next(), 'written');
  child.kill();
  accepted.end('from parent');
  t.is(await textOf(client), 'from child;from parent');
});

both('without keepOpen the connection ends with the child', async (t, { fork }) => {
  const child = fork('write-and-wait.cjs');
  const server = await listening(t, { pauseOnConnect: true });
  const { client, accepted } = await connection(t, server);
  child.send('socket', accepted);
  t.is(await new Inbox(child).next(), 'written');
  child.kill();
  t.is(await textOf(client), 'from child;');
});

both('a child moves a socket to its parent', async (t, { fork }) => {
  const child = fork('offer-socket.cjs');
  const inbox = new Inbox(child);
  const address = await inbox.next();
  const client = await connected(t, { address: () => address });
  client.end('hello');
  const { message, handle } = await inbox.nextWithHandle();
  t.is(message, 'socket');
  t.true(handle instanceof net.Socket);
  handle.end('from parent');
  t.is(await textOf(handle), 'hello');
  t.is(await textOf(client), 'from parent');
});

both('a socket goes to a child, comes back, and goes again', async (t, { fork }) => {
  const children = [fork('return-socket.cjs'), fork('return-socket.cjs')];
  const server = await listening(t, { pauseOnConnect: true });
  const { client, accepted } = await connection(t, server);
  client.write('written at the start');
  let socket = accepted;
  for (const [i, child] of [...children, ...children].entries()) {
    const back = when(child, 'message');
    child.send(i, socket);
    const [message, handle] = await back;
    t.is(message, i);
    socket = handle;
    // Data that a socket has read is not sent with it, so it must not start to read.
    socket.pause();
  }
  socket.end('from the last');
  t.is(await textOf(client), 'from the last');
});

both('every kind of message can come with a socket', async (t, { share }) => {
  const child = share('return-socket.cjs', { serialization: 'advanced' });
  const inbox = new Inbox(child);
  const server = await listening(t, { pauseOnConnect: true });
  for (const message of [
    null,
    0,
    '',
    false,
    'text',
    [1],
    { b: Buffer.from('b'), m: new Map([[1, 2]]) },
    -0,
  ]) {
    const { accepted } = await connection(t, server);
    child.send(message, accepted);
    const back = await inbox.nextWithHandle();
    t.deepEqual(back.message, message);
    t.true(back.handle instanceof net.Socket);
    back.handle.destroy();
  }
});

both('data that the parent has read from a socket is not sent with it', async (t, { share }) => {
  const child = share('shout.cjs');
  const server = await listening(t);
  const { client, accepted } = await connection(t, server);
  client.write('read by the parent;');
  t.is(String((await once(accepted, 'data'))[0]), 'read by the parent;');
  accepted.pause();
  const inbox = new Inbox(child);
  child.send('socket', accepted);
  await inbox.next();
  client.end('read by the child');
  t.is(await textOf(client), 'READ BY THE CHILD');
});

onlyForkwire(
  'a socket that throws while it is taken leaves every callback its message',
  async (t, { fork }) => {
    const child = fork('report-handle.cjs');
    const inbox = new Inbox(child);
    const { accepted } = await connection(t, await listening(t));
    accepted.setTimeout = () => {
      throw new Error('from the program');
    };
    const settled = new Promise((resolve) => {
      t.throws(() => child.send('with a socket', accepted, resolve), { message: 'from the program' });
    });
    child.send('after it');
    t.deepEqual(
      (await inbox.take(2)).map(({ message }) => message),
      ['with a socket', 'after it'],
    );
    t.is(await settled, null);
    t.is(child.channel.stats().sent.messages, 2);
  },
);
