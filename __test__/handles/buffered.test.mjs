import { both, onlyForkwire } from '../helpers/cases.mjs';
import { textOf } from '../helpers/child.mjs';
import { once } from '../helpers/events.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { connection, listening } from '../helpers/sockets.mjs';
import { killWhileBusy } from '../helpers/stopped.mjs';

/** A paused socket whose stream has read `text`, which nobody has used. */
async function readAhead(t, text, encoding) {
  const pair = await connection(t, await listening(t));
  if (encoding !== undefined) pair.accepted.setEncoding(encoding);
  pair.accepted.pause().read(0);
  pair.client.write(text);
  await new Promise((resolve) => pair.accepted.once('readable', resolve));
  pair.accepted.removeAllListeners('readable').pause();
  return pair;
}

const euro = Buffer.from('€');

// Stock Node loses what the stream has read.
for (const serialization of ['json', 'advanced']) {
  onlyForkwire(
    `data that was read from a socket but not used goes with it, ${serialization}`,
    async (t, { share }) => {
      const child = share('shout.cjs', { serialization });
      const { client, accepted } = await readAhead(t, 'early, ');
      child.send({ a: 'message' }, accepted);
      t.like(await new Inbox(child).next(), { message: { a: 'message' } });
      client.end('late');
      t.is(await textOf(client), 'EARLY, LATE');
    },
  );
}

onlyForkwire(
  'a socket with an encoding sends the exact bytes, even half a character',
  async (t, { fork }) => {
    const child = fork('shout.cjs');
    const { client, accepted } = await readAhead(
      t,
      Buffer.concat([Buffer.from('price: '), euro.subarray(0, 2)]),
      'utf8',
    );
    child.send('socket', accepted);
    client.end(Buffer.concat([euro.subarray(2), Buffer.from(' 5')]));
    t.is(await textOf(client), 'PRICE: € 5');
  },
);

onlyForkwire('each socket of an array takes its own data along', async (t, { fork }) => {
  const child = fork('shout-each.cjs');
  const pairs = await Promise.all(['one ', 'two '].map((text) => readAhead(t, text)));
  const untouched = await connection(t, await listening(t, { pauseOnConnect: true }));
  pairs.splice(1, 0, untouched);
  child.send(
    'sockets',
    pairs.map(({ accepted }) => accepted),
  );
  for (const { client } of pairs) client.end('end');
  t.deepEqual(await Promise.all(pairs.map(({ client }) => textOf(client))), ['ONE END', 'END', 'TWO END']);
});

both('a sender that keeps the socket open also keeps the data that was read', async (t, { fork }) => {
  const child = fork('hold-sockets.cjs');
  const { accepted } = await readAhead(t, 'read by the parent');
  child.send('hold', accepted, { keepOpen: true });
  t.is(String(accepted.read()), 'read by the parent');
});

onlyForkwire(
  'a socket that is given back because the child is dead has its data again',
  async (t, { fork }) => {
    const child = fork('echo.cjs');
    const inbox = new Inbox(child);
    child.send('up');
    await inbox.next();
    const { accepted } = await readAhead(t, 'once, ');
    killWhileBusy(child);
    t.true((await new Promise((resolve) => child.send('m', accepted, resolve))) instanceof Error);
    const data = once(accepted, 'data');
    accepted.resume();
    t.is(String((await data)[0]), 'once, ');
  },
);
