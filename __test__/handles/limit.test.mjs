import { onlyForkwire } from '../helpers/cases.mjs';
import { countSockets, limitDescriptors, untilSockets } from '../helpers/descriptors.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { connection, listening } from '../helpers/sockets.mjs';

// Stock Node loses such handles, or pairs later ones with the wrong messages.
onlyForkwire(
  'a child that has no descriptors left refuses handles, and the sender gets an error',
  async (t, { fork }) => {
    const child = fork('hold-sockets.cjs');
    const inbox = new Inbox(child);
    child.send('nothing');
    await inbox.next();
    if (!limitDescriptors(child.pid, 10)) return t.pass('prlimit is not here');

    const before = countSockets(child.pid);
    const server = await listening(t, { pauseOnConnect: true });
    const results = [];
    for (let i = 0; i < 30; i++) {
      const { accepted } = await connection(t, server);
      results.push(
        new Promise((resolve) => child.send('hold', accepted, (error) => resolve(error?.code ?? null))),
      );
    }
    const codes = await Promise.all(results);
    const taken = codes.filter((code) => code === null).length;
    t.true(taken > 0 && taken <= 12, `${taken} were taken`);
    t.deepEqual([...new Set(codes)].sort(), ['ERR_FORKWIRE_HANDLE_REFUSED', null]);

    // Once it has closed some, it takes others.
    child.send('end all');
    await untilSockets(child.pid, before);
    const { accepted } = await connection(t, server);
    t.is(await new Promise((resolve) => child.send('hold', accepted, resolve)), null);
    child.send('end all');
  },
);

onlyForkwire(
  'a child that closes what it gets is given no more than it has descriptors for',
  async (t, { fork }) => {
    const child = fork('destroy-sockets.cjs');
    child.send('ready?');
    await new Inbox(child).next();
    if (!limitDescriptors(child.pid, 280)) return t.pass('prlimit is not here');

    const server = await listening(t, { pauseOnConnect: true });
    const sockets = [];
    for (let i = 0; i < 600; i++) sockets.push((await connection(t, server)).accepted);
    const codes = sockets.map(
      (socket) =>
        new Promise((resolve) => child.send('close', socket, (error) => resolve(error?.code ?? null))),
    );
    t.deepEqual([...new Set(await Promise.all(codes))], [null]);
  },
);
