import net from 'node:net';
import { both } from '../helpers/cases.mjs';
import { once } from '../helpers/events.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { connection, listening } from '../helpers/sockets.mjs';
import { stop } from '../helpers/stopped.mjs';

both('a socket whose client disconnects on the way does no harm', async (t, { fork }) => {
  const child = fork('answer-socket.cjs', ['late']);
  const inbox = new Inbox(child);
  const server = await listening(t, { pauseOnConnect: true });
  const resume = await stop(child);
  for (const end of ['destroy', 'resetAndDestroy', 'end']) {
    const { client, accepted } = await connection(t, server);
    child.send(end, accepted);
    client.on('error', () => {});
    client[end]();
  }
  child.send('after them');
  resume();
  const reports = await inbox.take(4);
  t.deepEqual(
    reports.map(({ message }) => message),
    ['destroy', 'resetAndDestroy', 'end', 'after them'],
  );
});

both('a socket that is closed already arrives as undefined', async (t, { fork }) => {
  const child = fork('report-handle.cjs');
  const inbox = new Inbox(child);
  const server = await listening(t);
  const { accepted } = await connection(t, server);
  accepted.destroy();
  child.send('destroyed', accepted);
  await once(accepted, 'close');
  child.send('closed', accepted);
  child.send('never connected', new net.Socket());
  t.deepEqual(
    await inbox.take(3),
    ['destroyed', 'closed', 'never connected'].map((message) => ({ message, handle: 'undefined', count: 0 })),
  );
});

both('a socket that was sent arrives as undefined the second time', async (t, { share }) => {
  const child = share('report-handle.cjs');
  const server = await listening(t, { pauseOnConnect: true });
  const { accepted } = await connection(t, server);
  child.send(1, accepted);
  child.send(2, accepted);
  t.deepEqual(await new Inbox(child).take(2), [
    { message: 1, handle: 'Socket', count: 1 },
    { message: 2, handle: 'undefined', count: 0 },
  ]);
});
