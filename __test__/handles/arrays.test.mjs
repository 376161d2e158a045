import dgram from 'node:dgram';
import { onlyForkwire } from '../helpers/cases.mjs';
import { textOf } from '../helpers/child.mjs';
import { once } from '../helpers/events.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { connection, listening } from '../helpers/sockets.mjs';

// Stock Node sends one handle per message.

for (const serialization of ['json', 'advanced']) {
  onlyForkwire(
    `several handles of several kinds come with one message, ${serialization}`,
    async (t, { share }) => {
      const child = share('report-handle.cjs', { serialization });
      const server = await listening(t, { pauseOnConnect: true });
      const datagrams = dgram.createSocket('udp4').bind(0, '127.0.0.1');
      await once(datagrams, 'listening');
      const one = await connection(t, server);
      const other = await connection(t, server);
      child.send({ all: 1 }, [one.accepted, server, datagrams, other.accepted, server._handle]);
      t.deepEqual(await new Inbox(child).next(), {
        message: { all: 1 },
        handle: ['Socket', 'Server', 'Socket', 'Socket', 'TCP'],
        count: 1,
      });
      datagrams.close();
    },
  );
}

onlyForkwire('an array of one handle arrives as an array', async (t, { share }) => {
  const child = share('report-handle.cjs');
  const { accepted } = await connection(t, await listening(t));
  child.send(1, [accepted]);
  t.deepEqual(await new Inbox(child).next(), { message: 1, handle: ['Socket'], count: 1 });
});

onlyForkwire('each handle of an array is the one that was sent, in order', async (t, { fork }) => {
  const child = fork('shout-all.cjs');
  const server = await listening(t, { pauseOnConnect: true });
  const all = [];
  for (let i = 0; i < 20; i++) all.push(await connection(t, server));
  child.send(
    'sockets',
    all.map(({ accepted }) => accepted),
  );
  for (const [i, { client }] of all.entries()) t.is(await textOf(client), `number ${i}`);
});

onlyForkwire('a closed socket in an array is undefined in its place', async (t, { share }) => {
  const child = share('report-handle.cjs');
  const server = await listening(t);
  const open = await connection(t, server);
  const closed = await connection(t, server);
  closed.accepted.destroy();
  child.send(1, [closed.accepted, open.accepted]);
  t.deepEqual((await new Inbox(child).next()).handle, ['undefined', 'Socket']);
});

onlyForkwire(
  'an invalid element of an array is refused, and the others are untouched',
  async (t, { share }) => {
    const child = share('report-handle.cjs');
    const { client, accepted } = await connection(t, await listening(t));
    for (const wrong of [{}, 'x', true]) {
      t.throws(() => child.send(1, [accepted, wrong]), { code: 'ERR_INVALID_HANDLE_TYPE' });
    }
    t.throws(() => child.send(1, []), { code: 'ERR_INVALID_HANDLE_TYPE' });
    accepted.end('still here');
    t.is(await textOf(client), 'still here');
  },
);

onlyForkwire('keepOpen holds for every socket of an array', async (t, { share }) => {
  const child = share('report-handle.cjs');
  const server = await listening(t);
  const all = [await connection(t, server), await connection(t, server)];
  child.send(
    1,
    all.map(({ accepted }) => accepted),
    { keepOpen: true },
  );
  await new Inbox(child).next();
  for (const { accepted } of all) accepted.end('still here');
  for (const { client } of all) t.is(await textOf(client), 'still here');
});

onlyForkwire('a child sends arrays of handles too', async (t, { share }) => {
  const child = share('return-socket.cjs');
  const inbox = new Inbox(child);
  const server = await listening(t, { pauseOnConnect: true });
  const all = [await connection(t, server), await connection(t, server)];
  child.send(
    'there and back',
    all.map(({ accepted }) => accepted),
  );
  const { message, handle } = await inbox.nextWithHandle();
  t.is(message, 'there and back');
  for (const [i, socket] of handle.entries()) socket.end(`number ${i}`);
  for (const [i, { client }] of all.entries()) t.is(await textOf(client), `number ${i}`);
});
