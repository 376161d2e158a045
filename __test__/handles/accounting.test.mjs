import { both, onlyForkwire } from '../helpers/cases.mjs';
import { when } from '../helpers/child.mjs';
import { once } from '../helpers/events.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { connection, listening } from '../helpers/sockets.mjs';

const countOf = (server) =>
  new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });

/** A server with `count` connections, all of them in the child. */
async function handedOver(t, child, count) {
  const inbox = new Inbox(child);
  const server = await listening(t, { pauseOnConnect: true });
  for (let i = 0; i < count; i++) {
    child.send('hold', (await connection(t, server)).accepted);
    await inbox.next();
  }
  return { server, inbox };
}

const closing = (server) => new Promise((resolve) => server.close(resolve));

both('getConnections() counts the sockets that children hold', async (t, { fork }) => {
  const child = fork('hold-sockets.cjs');
  const { server, inbox } = await handedOver(t, child, 3);
  t.is(await countOf(server), 3);
  const { accepted } = await connection(t, server);
  t.is(await countOf(server), 4);
  accepted.destroy();
  await once(accepted, 'close');
  t.is(await countOf(server), 3);
  child.send('end one');
  await inbox.next();
  t.is(await countOf(server), 2);
  child.send('end all');
  await inbox.next();
  t.is(await countOf(server), 0);
});

both('getConnections() counts over several children', async (t, { fork }) => {
  const server = await listening(t, { pauseOnConnect: true });
  for (let i = 0; i < 4; i++) {
    const child = fork('hold-sockets.cjs');
    child.send('hold', (await connection(t, server)).accepted);
    await when(child, 'message');
  }
  t.is(await countOf(server), 4);
});

both("a server's close waits for the sockets that children hold", async (t, { fork }) => {
  const child = fork('hold-sockets.cjs');
  const { server, inbox } = await handedOver(t, child, 2);
  let over = false;
  const closed = closing(server).then(() => (over = true));
  child.send('end one');
  t.deepEqual(await inbox.next(), { held: 1 });
  child.send('nothing');
  await inbox.next();
  t.false(over);
  child.send('end all');
  await closed;
  t.true(over);
});

both("a server's close does not wait for a child that is gone", async (t, { fork }) => {
  const child = fork('hold-sockets.cjs');
  const { server } = await handedOver(t, child, 2);
  const closed = closing(server);
  child.kill('SIGKILL');
  await closed;
  t.pass();
});

both("a server's close does not wait for sockets kept open here and ended there", async (t, { fork }) => {
  const child = fork('hold-sockets.cjs');
  const inbox = new Inbox(child);
  const server = await listening(t, { pauseOnConnect: true });
  const { accepted } = await connection(t, server);
  child.send('hold', accepted, { keepOpen: true });
  await inbox.next();
  const closed = closing(server);
  accepted.destroy();
  child.send('end all');
  await closed;
  t.pass();
});

both('a server without sockets elsewhere closes as usual', async (t, { fork }) => {
  const child = fork('hold-sockets.cjs');
  const { server, inbox } = await handedOver(t, child, 1);
  child.send('end all');
  await inbox.next();
  await closing(server);
  await t.throwsAsync(
    countOf(server).then(() => {
      throw new Error('counted');
    }),
  );
});

onlyForkwire('a child counts the sockets that its parent holds', async (t, { fork }) => {
  const child = fork('count-given-away.cjs');
  const inbox = new Inbox(child);
  const { address } = await inbox.next();
  const { connected } = await import('../helpers/sockets.mjs');
  await connected(t, { address: () => address });
  const { message, handle } = await inbox.nextWithHandle();
  t.is(message, 'socket');
  child.send('count');
  t.deepEqual(await inbox.next(), { count: 1 });
  handle.destroy();
  await once(handle, 'close');
  child.send('count');
  t.deepEqual(await inbox.next(), { count: 0 });
});
