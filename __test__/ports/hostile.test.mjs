import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import { onlyForkwire } from '../helpers/cases.mjs';
import { closed, when } from '../helpers/child.mjs';
import { settledSockets, untilSockets } from '../helpers/descriptors.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { MessageChannel, range, running, untilClosed } from './helpers.mjs';

// Peers that break the rules of ports. The child has the addon, and sends on its own channel what no honest one would.

/** A child that sends handles of kind 7 with these notes, each an end of a new pair. */
const offering = (fork, notes, options) =>
  running(
    fork,
    `() => {
      const addon = require('../../../index.js');
      const { fd } = process.channel;
      const kept = [];
      process.once('message', () => {
        const notes = ${JSON.stringify(notes)};
        for (const note of notes) {
          const [ours, theirs] = addon.createPair();
          kept.push(ours);
          process.send({ cmd: 'NODE_FORKWIRE_PORT' }, { [Symbol.for('forkwire.pack')]: () => ({
            outgoing: { kind: 7, fd: theirs, note },
            owned: true,
          }) });
        }
        process.send('done');
        process.on('message', () => {});
      });
    }`,
    options,
  );

onlyForkwire(
  'a peer that offers thousands of ports holds a bounded number of descriptors here',
  async (t, { fork }) => {
    const before = await settledSockets(process.pid);
    const child = offering(
      fork,
      range(1500).map((n) => `1:name ${n}`),
    );
    const errors = [];
    child.on('error', (error) => errors.push(error));
    const inbox = new Inbox(child);
    child.send('go');
    t.is(await inbox.next(), 'done');
    const now = await settledSockets(process.pid);
    t.true(now - before <= 1024 + 2, `${now - before} more sockets`);
    t.true(now - before >= 1000, `${now - before} more sockets`);
    t.true(errors.length > 0);
    t.is(errors[0].code, 'ERR_FORKWIRE_HANDLE_NOT_ADOPTED');
    t.is(errors[0].cause.code, 'ERR_FORKWIRE_PORT_LIMIT');
    // What was offered in time is a port.
    const port = child.channel.port('name 3');
    port.postMessage('x');
    const gone = once(port, 'close');
    child.kill('SIGKILL');
    await gone;
    await untilSockets(process.pid, before);
    t.pass();
  },
);

onlyForkwire('offers that come twice or out of order cost nothing but themselves', async (t, { fork }) => {
  const before = await settledSockets(process.pid);
  const child = offering(fork, [
    '1:x',
    '1:x',
    '0:x',
    '2:x',
    '1:x',
    '1:',
    ':x',
    'x',
    '99999999999999999999:x',
    '+',
  ]);
  const errors = [];
  child.on('error', (error) => errors.push(error.code));
  const inbox = new Inbox(child);
  child.send('go');
  t.is(await inbox.next(), 'done');
  t.true(errors.length >= 3);
  for (const code of errors) t.is(code, 'ERR_FORKWIRE_HANDLE_NOT_ADOPTED');
  child.channel.port('x').close();
  const end = closed(child);
  child.kill('SIGKILL');
  await end;
  await untilSockets(process.pid, before);
});

onlyForkwire('a handle that is not an end of a socket pair is refused as a port', async (t, { fork }) => {
  const child = fork('idle.cjs');
  const file = openSync('/dev/null');
  t.teardown(() => closeSync(file));
  const error = await new Promise((resolve) => {
    const outgoing = { kind: 7, fd: file, note: '' };
    child.send('a file', { [Symbol.for('forkwire.pack')]: () => ({ outgoing }) }, resolve);
  });
  t.is(error.code, 'ERR_FORKWIRE_HANDLE_REFUSED');
});

onlyForkwire('bytes of no wire, and malformed states, end a port and nothing else', async (t, { fork }) => {
  const child = fork('echo.cjs');
  const addon = createRequire(import.meta.url)('../../index.js');
  const given = running(fork, () => {
    process.on('message', (message, port) => {
      if (port === undefined) return process.send('no port');
      port.on('message', () => {});
      port.on('messageerror', (error) => process.send(error.code));
      port.on('close', () => process.send('closed'));
    });
    process.on('error', ({ cause }) => process.send(cause.message));
  });
  given.on('error', () => {});
  const inbox = new Inbox(given);
  const net = await import('node:net');
  {
    const [ours, theirs] = addon.createPair();
    const outgoing = { kind: 7, fd: theirs, note: '' };
    given.send('garbage', { [Symbol.for('forkwire.pack')]: () => ({ outgoing, owned: true }) });
    const socket = new net.Socket({ fd: ours });
    socket.on('error', () => {});
    socket.write('this is not a hello');
    t.is(await inbox.next(), 'ERR_FORKWIRE_MALFORMED');
    t.is(await inbox.next(), 'closed');
    socket.destroy();
  }
  for (const [state, fault] of [
    ['x', /^the state of a port is cut short$/],
    ['\u0009\0\0\0abcde', /^the state of a port is cut short$/],
    ['\u0005\0\0\0abcde', /the state of a port is wrong/],
    ['\u0001\0\0\0\u0009', /the state of a port is wrong/],
  ]) {
    const [ours, theirs] = addon.createPair();
    const outgoing = { kind: 7, fd: theirs, note: '' };
    const buffered = Buffer.from(state, 'latin1');
    given.send('a state', { [Symbol.for('forkwire.pack')]: () => ({ outgoing, owned: true, buffered }) });
    addon.closeFd(ours);
    t.is(await inbox.next(), 'no port');
    t.regex(await inbox.next(), fault);
  }
  child.send('still here');
  t.is(await new Inbox(child).next(), 'still here');
});

onlyForkwire(
  'children killed with ports in use leave nothing behind, and each port closes',
  async (t, { fork }) => {
    const before = await settledSockets(process.pid);
    for (let round = 0; round < 5; round++) {
      const children = range(4).map(() =>
        running(fork, () => {
          const ports = [1, 2, 3].map((n) => process.channel.port(`port ${n}`));
          for (const port of ports) {
            port.on('message', (message) => {
              for (let i = 0; i < 50; i++) port.postMessage({ message, i, text: 'x'.repeat(1000) });
            });
          }
          process.on('message', (message, port) => {
            port.on('message', (text) => port.postMessage(text));
          });
        }),
      );
      const ends = [];
      for (const child of children) {
        child.on('error', () => {});
        for (const n of [1, 2, 3]) {
          const port = child.channel.port(`port ${n}`);
          ends.push(untilClosed(port));
          for (let i = 0; i < 50; i++) port.postMessage({ i, text: 'y'.repeat(5000) });
        }
        const { port1, port2 } = new MessageChannel();
        ends.push(untilClosed(port1));
        child.send('a port', port2, () => {});
        port1.postMessage('x');
        child.channel.port('port 1').once('message', () => child.kill('SIGKILL'));
        ends.push(when(child, 'close'));
      }
      await Promise.all(ends);
    }
    await untilSockets(process.pid, before);
    t.pass();
  },
);
