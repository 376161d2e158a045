import { both, compared, onlyForkwire } from '../../helpers/cases.mjs';
import { exited, textOf, when } from '../../helpers/child.mjs';
import { recordEvents } from '../../helpers/events.mjs';
import { Inbox } from '../../helpers/inbox.mjs';
import { overNodeWire } from '../../helpers/node-wire.mjs';
import { reportOf } from '../../helpers/program.mjs';
import { listening } from '../../helpers/sockets.mjs';

const names = ['message', 'disconnect', 'exit', 'close', 'error'];
const both3 = (child) => Promise.all([when(child, 'exit'), when(child, 'disconnect')]);

both(
  "disconnect() makes connected false at once, and 'disconnect' comes on the next tick",
  async (t, { fork }) => {
    const child = fork('idle.cjs');
    const log = [];
    child.on('disconnect', () => log.push('disconnect'));
    process.nextTick(() => log.push('tick before'));
    child.disconnect();
    process.nextTick(() => log.push('tick after'));
    log.push(`connected ${child.connected}`);
    await new Promise((resolve) => setImmediate(resolve));
    t.deepEqual(log, ['connected false', 'tick before', 'disconnect', 'tick after']);
    t.is(child.channel, null);
  },
);

both(
  "disconnect() of the parent: 'disconnect', then 'exit' of a child with nothing else to do",
  async (t, { fork }) => {
    const child = fork('idle.cjs');
    const events = recordEvents(child, names);
    child.disconnect();
    t.deepEqual(await exited(child), { code: 0, signal: null });
    t.deepEqual(events.slice(0, 2), ['disconnect', 'exit']);
  },
);

// Stock Node never emits 'close' after the parent's own disconnect().
onlyForkwire("'close' comes last, even after the parent's own disconnect()", async (t, { fork }) => {
  for (const options of [{}, { silent: true }]) {
    const child = fork('idle.cjs', options);
    const events = recordEvents(child, names);
    child.disconnect();
    t.deepEqual(await when(child, 'close'), [0, null]);
    t.deepEqual(events, ['disconnect', 'exit', 'close']);
  }
});

onlyForkwire("'close' comes last and once, however the child ends", async (t, { fork }) => {
  const ends = {
    'echo.cjs': (child) => child.kill(),
    'exit-on-message.cjs': (child) => child.send(3),
    'exit-at-once.cjs': () => {},
    'disconnect-when-told.cjs': (child) => child.send('disconnect'),
  };
  for (const [name, end] of Object.entries(ends)) {
    for (const options of [{}, { silent: true }]) {
      const child = fork(name, options);
      const events = recordEvents(child, names);
      end(child);
      const last = await when(child, 'close');
      await new Promise((resolve) => setImmediate(resolve));
      t.is(events.at(-1), 'close', name);
      t.deepEqual([...events].sort(), ['close', 'disconnect', 'exit'], name);
      t.deepEqual(last, [child.exitCode, child.signalCode]);
    }
  }
});

both("both processes get 'disconnect' when the child disconnects, and both live on", async (t, { fork }) => {
  const child = fork('disconnect-then-live.cjs', { silent: true });
  const events = recordEvents(child, ['disconnect', 'exit']);
  child.stdout.setEncoding('utf8');
  const [[text]] = await Promise.all([when(child.stdout, 'data'), when(child, 'disconnect')]);
  t.is(text, 'disconnected');
  t.false(child.connected);
  t.is(child.channel, null);
  t.deepEqual(events, ['disconnect']);
  child.stdin.end();
  t.deepEqual(await exited(child), { code: 0, signal: null });
});

both("'exit' and 'disconnect' come once each when the child exits or is killed", async (t, { fork }) => {
  for (const end of [(child) => child.kill('SIGKILL'), (child) => child.send(0)]) {
    const child = fork('exit-on-message.cjs');
    const events = recordEvents(child, names);
    end(child);
    await both3(child);
    await new Promise((resolve) => setImmediate(resolve));
    t.deepEqual(events.filter((name) => name !== 'close').sort(), ['disconnect', 'exit']);
  }
});

compared('disconnect() a second time, in the parent', async (t, { fork }) => {
  const child = fork('idle.cjs');
  const log = [];
  child.on('error', ({ name, code, message }) => log.push({ name, code, message }));
  child.disconnect();
  child.disconnect();
  log.push('returned');
  await when(child, 'disconnect');
  child.disconnect();
  log.push('returned');
  t.is(log[0].code, 'ERR_IPC_DISCONNECTED');
  return log;
});

both('disconnect() a second time throws when nobody listens for errors', (t, { fork }) => {
  const child = fork('idle.cjs');
  child.disconnect();
  t.throws(() => child.disconnect(), { code: 'ERR_IPC_DISCONNECTED' });
});

both('disconnect() after the child has exited gives the same error', async (t, { fork }) => {
  const child = fork('exit-at-once.cjs');
  await both3(child);
  t.throws(() => child.disconnect(), { code: 'ERR_IPC_DISCONNECTED' });
});

compared('process.disconnect(), a second and a third time', async (t, { fork }) => {
  const child = fork('log-disconnect.cjs', { silent: true });
  child.send('go');
  const log = JSON.parse(await textOf(child.stdout));
  t.is(log.filter((entry) => entry === 'disconnect').length, 1);
  return log;
});

both("the child gets 'disconnect' when its parent disconnects", async (t, { fork }) => {
  const child = fork('report-disconnect.cjs', { silent: true });
  await new Inbox(child).next();
  child.disconnect();
  t.false(JSON.parse(await textOf(child.stdout)).connected);
  t.deepEqual(await exited(child), { code: 0, signal: null });
});

for (const end of ['exit', 'SIGKILL', 'uncaught']) {
  both(`the child gets 'disconnect' when its parent ends by ${end}`, async (t, implementation) => {
    t.is(await reportOf(t, implementation, 'orphan.mjs', [end]), 'disconnected');
  });
}

// Stock Node drops the rest.
onlyForkwire(
  'a listener that disconnects and throws still gets the remaining messages first',
  async (t, implementation) => {
    t.deepEqual(await reportOf(t, implementation, 'disconnect-and-throw.mjs'), [
      ...Array(10).keys(),
      'disconnect',
    ]);
  },
);

onlyForkwire("'disconnect' comes once, even if sockets wait for a listener", async (t, { fork }) => {
  const server = await listening(t);
  const child = fork('offer-many.cjs', [String(server.address().port), '3']);
  const events = recordEvents(child, ['disconnect', 'exit', 'close']);
  await when(child, 'close');
  for (const i of [0, 1, 2]) {
    const [message, socket] = await when(child, 'message');
    t.is(message, i);
    socket.destroy();
  }
  await new Promise((resolve) => setImmediate(resolve));
  t.deepEqual(events.toSorted(), ['close', 'disconnect', 'exit']);
});

// Stock Node throws an uncaught TypeError in both: after the listener it resets the queue of a channel that is null by then
// (lib/internal/child_process.js, kPendingMessages).
onlyForkwire('a child may disconnect in the listener of a message that waited', async (t, { fork }) => {
  const child = fork('disconnect-on-waiting.cjs');
  child.send('waits');
  t.deepEqual(await exited(child), { code: 0, signal: null });
});

const atParent = async (t, { fork }) => {
  const child = fork('echo-first.cjs');
  const { channel } = child;
  child.send('comes back');
  while (channel.stats().received.backlog === 0) await new Promise((resolve) => setImmediate(resolve));
  const got = when(child, 'message');
  child.once('message', () => child.disconnect());
  await got;
  t.deepEqual(await exited(child), { code: 0, signal: null });
};
onlyForkwire('a parent may disconnect in the listener of a message that waited', atParent);
overNodeWire("a parent may disconnect in the listener of a message that waited, on Node's wire", atParent);

// A background thread may read on while the program ends the channel.
onlyForkwire("no 'message' comes after 'disconnect'", async (t, { fork }) => {
  for (let round = 0; round < 12; round += 1) {
    const child = fork('disconnect-under-messages.cjs', { silent: true });
    const late = textOf(child.stdout);
    await when(child, 'message');
    const flood = () => {
      for (let i = 0; i < 50 && child.connected; i += 1) child.send({ i, text: 'x'.repeat(200) }, () => {});
      if (child.connected) setImmediate(flood);
    };
    flood();
    t.is((await late).trim(), '0');
  }
});
