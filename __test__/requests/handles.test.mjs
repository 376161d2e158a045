import { onlyForkwire } from '../helpers/cases.mjs';
import { rejection } from '../helpers/rejection.mjs';
import { once } from '../helpers/events.mjs';
import { textOf } from '../helpers/child.mjs';
import { connection, listening } from '../helpers/sockets.mjs';

const SERVE = 'requests/serve.cjs';

onlyForkwire('a request takes a socket along', async (t, { fork }) => {
  const { channel } = fork(SERVE);
  const { client, accepted } = await connection(t, await listening(t));
  t.is(await channel.request({ do: 'takeSocket' }, { handles: [accepted] }), 'IPv4');
  t.is(await textOf(client), 'from the child');
});

for (const serialization of ['json', 'advanced']) {
  onlyForkwire(`${serialization}: an answer brings handles back`, async (t, { fork }) => {
    const { channel } = fork(SERVE, { serialization });
    const server = await listening(t);
    const pairs = [await connection(t, server), await connection(t, server)];
    const handles = pairs.map(({ accepted }) => accepted);
    const [answer, returned] = await channel.request({ do: 'giveSocket' }, { handles, withHandles: true });
    t.is(answer, 'here');
    t.is(returned.length, 2);
    for (const [at, socket] of returned.entries()) {
      socket.end(`back ${at}`);
      t.is(await textOf(pairs[at].client), `back ${at}`);
    }
  });
}

onlyForkwire('handles of an answer that nobody wanted are closed', async (t, { fork }) => {
  const { channel } = fork(SERVE);
  const { client, accepted } = await connection(t, await listening(t));
  client.resume();
  const ended = once(client, 'close');
  t.is(await channel.request({ do: 'giveSocket' }, { handles: [accepted] }), 'here');
  await ended;
  t.pass();
});

for (const serialization of ['json', 'advanced']) {
  onlyForkwire(
    `${serialization}: handles of an answer that cannot be sent are closed`,
    async (t, { fork }) => {
      const { channel } = fork(SERVE, { serialization });
      const { client, accepted } = await connection(t, await listening(t));
      client.resume();
      const ended = once(client, 'close');
      const answer = () => (serialization === 'json' ? 'giveUnserializable' : 'giveUncloneable');
      await t.throwsAsync(channel.request({ do: answer() }, { handles: [accepted] }), {
        message: /BigInt|could not be cloned/,
      });
      await ended;
      t.is(await channel.request({ do: 'add', a: 1, b: 2 }), 3);
    },
  );
}

onlyForkwire('handles of a late answer are closed', async (t, { fork }) => {
  const child = fork('requests/give-late.cjs');
  const { channel } = child;
  const { client, accepted } = await connection(t, await listening(t));
  client.resume();
  const ended = once(client, 'close');
  const controller = new AbortController();
  const request = channel.request('give', { handles: [accepted], signal: controller.signal });
  await once(child, 'message');
  controller.abort();
  t.is((await rejection(request)).name, 'AbortError');
  child.send('now');
  await ended;
  t.is(await channel.request('alive'), 'alive');
});

onlyForkwire('a request that nobody serves gives its socket back', async (t, { fork }) => {
  const { channel } = fork('requests/serve-and-stop.cjs');
  t.is(await channel.request('stop'), 'stopped');
  const { client, accepted } = await connection(t, await listening(t));
  await t.throwsAsync(channel.request('take it', { handles: [accepted] }), {
    code: 'ERR_FORKWIRE_NO_HANDLER',
  });
  accepted.end('still here');
  t.is(await textOf(client), 'still here');
});

onlyForkwire('handles that have closed already are left out', async (t, { fork }) => {
  const { channel } = fork(SERVE);
  const { accepted } = await connection(t, await listening(t));
  accepted.destroy();
  await once(accepted, 'close');
  t.is(await channel.request({ do: 'countHandles' }, { handles: [accepted] }), 0);
  t.is(await channel.request({ do: 'countHandles' }, { handles: [] }), 0);
});

onlyForkwire(
  'something other than a handle is refused, and the next request is answered',
  async (t, { fork }) => {
    const { channel } = fork(SERVE);
    await t.throwsAsync(channel.request({ do: 'countHandles' }, { handles: [{ a: 1 }] }), {
      code: 'ERR_INVALID_HANDLE_TYPE',
    });
    t.is(await channel.request({ do: 'add', a: 1, b: 2 }), 3);
  },
);
