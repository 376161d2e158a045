import { fstatSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setImmediate } from 'node:timers/promises';
import { onlyForkwire } from '../helpers/cases.mjs';
import { when } from '../helpers/child.mjs';
import { descriptorsOf, limitDescriptors } from '../helpers/descriptors.mjs';
import { opened } from '../helpers/files.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { reportOf } from '../helpers/program.mjs';
import { stop } from '../helpers/stopped.mjs';
import { waitingFor } from '../helpers/waits.mjs';

// Serial: these tests count what this process has open.

const { Descriptor } = createRequire(import.meta.url)('../../dist/index.js');

/** What the tests send. libuv opens /dev/null itself, for its first stream. */
const FILE = '/dev/zero';

/** Those that the tests send: the channel opens others when it needs them. */
const open = (pid) => descriptorsOf(pid).filter((target) => target === FILE).length;

const until = (pid, count) => waitingFor(`process ${pid} to have ${count} of them`, few(pid, count));

async function few(pid, count) {
  while (open(pid) > count) await setImmediate();
}

const sending = (child, message, handle) =>
  waitingFor('the callback of a send', new Promise((resolve) => child.send(message, handle, resolve)));

const several = (count, fd) => Array.from({ length: count }, () => new Descriptor(fd));

onlyForkwire.serial('1,000 descriptors, one by one and together, leave nothing open', async (t, { fork }) => {
  const child = fork('use-descriptors.cjs');
  const inbox = new Inbox(child);
  const fd = opened(t, FILE);
  child.send({ do: 'describe' }, new Descriptor(fd));
  await inbox.next();
  const before = { own: open('self'), child: open(child.pid) };
  for (let i = 0; i < 1000; i++) child.send({ do: 'describe' }, new Descriptor(fd));
  await inbox.take(1000);
  for (let i = 0; i < 4; i++) child.send({ do: 'describe' }, several(250, fd));
  for (const { outcome } of await inbox.take(4)) t.is(outcome.length, 250);
  await until('self', before.own);
  await until(child.pid, before.child);
});

onlyForkwire.serial('descriptors that come back leave nothing open', async (t, { fork }) => {
  const child = fork('use-descriptors.cjs');
  const fd = opened(t, FILE);
  child.on('message', ({ outcome }, descriptor) => descriptor?.close() ?? outcome);
  const echo = { do: 'duplicate', back: true };
  await sending(child, echo, new Descriptor(fd));
  const before = { own: open('self'), child: open(child.pid) };
  await Promise.all(several(300, fd).map((one) => sending(child, echo, one)));
  await until('self', before.own);
  await until(child.pid, before.child);
  t.pass();
});

onlyForkwire.serial('descriptors on the way to children that are killed are closed', async (t, { fork }) => {
  const fd = opened(t, FILE);
  const before = open('self');
  for (let round = 0; round < 6; round++) {
    const child = fork('use-descriptors.cjs');
    child.on('error', () => {});
    await when(child, 'spawn');
    const started = round % 2 === 0 ? stop(child) : sending(child, { do: 'hold' }, new Descriptor(fd));
    await started;
    const outcomes = several(600, fd).map(async (one) => {
      const error = await sending(child, { do: 'hold' }, one);
      // What never left is this process's again.
      one.close();
      return error?.code ?? null;
    });
    child.kill('SIGKILL');
    for (const code of await Promise.all(outcomes)) t.true(code === null || code === 'EPIPE', `${code}`);
    if (child.signalCode === null) await when(child, 'exit');
  }
  await until('self', before);
});

onlyForkwire.serial(
  'a child without free descriptors refuses them, and they stay usable',
  async (t, { fork }) => {
    const child = fork('use-descriptors.cjs');
    const inbox = new Inbox(child);
    const fd = opened(t, FILE);
    child.send({ do: 'describe' }, new Descriptor(fd));
    await inbox.next();
    if (!limitDescriptors(child.pid, 40)) return t.pass('prlimit is not here');
    const before = open('self');
    const held = open(child.pid);
    const all = several(80, fd);
    const codes = await Promise.all(
      all.map(async (one) => (await sending(child, { do: 'hold' }, one))?.code ?? null),
    );
    t.deepEqual([...new Set(codes)].sort(), ['ERR_FORKWIRE_HANDLE_REFUSED', null]);
    for (const [i, one] of all.entries()) {
      t.is(one.closed, codes[i] === null);
      if (one.closed) continue;
      t.true(fstatSync(one.fd).isCharacterDevice());
      one.close();
    }
    t.is(open('self'), before);
    // Once it has closed some, it takes others.
    child.send({ do: 'drop' });
    await until(child.pid, held);
    t.is(await sending(child, { do: 'hold' }, new Descriptor(fd)), null);
  },
);

onlyForkwire.serial(
  'a child that cannot even load what it needs for a descriptor closes it',
  async (t, { fork }) => {
    // To print a warning takes a stream, and that takes a descriptor.
    const child = fork('report-handle.cjs', [], { execArgv: ['--no-warnings'] });
    const inbox = new Inbox(child);
    const fd = opened(t, FILE);
    child.send('nothing');
    await inbox.next();
    if (!limitDescriptors(child.pid, 1)) return t.pass('prlimit is not here');
    const before = open(child.pid);
    for (let i = 0; i < 5; i++) {
      t.is(await sending(child, 'one', new Descriptor(fd)), null);
      t.deepEqual(await inbox.next(), { message: 'one', handle: 'undefined', count: 0 });
      await until(child.pid, before); // there is room for one at a time
    }
  },
);

onlyForkwire.serial(
  'a sender without free descriptors gets an error, and nothing is lost',
  async (t, implementation) => {
    const report = await reportOf(t, implementation, 'send-without-descriptors.mjs');
    t.deepEqual(report, { made: 'EMFILE', sent: 'EMFILE', closed: false, later: null });
  },
);

onlyForkwire.serial(
  'what is collected while it is open is closed, with a warning',
  async (t, implementation) => {
    const options = { nodeArgs: ['--expose-gc', '--no-warnings'] };
    const report = await reportOf(t, implementation, 'collect-descriptors.mjs', [], options);
    t.deepEqual(report, { warned: 50, left: 0 });
  },
);
