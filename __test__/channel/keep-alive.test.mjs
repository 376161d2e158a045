import { absentFile, waitBusy } from '../helpers/busy.mjs';
import { both, onlyForkwire } from '../helpers/cases.mjs';
import { exited, textOf, when } from '../helpers/child.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { isGone, untilIdle, waitIdle } from '../helpers/stopped.mjs';

const start = (fork, actions) => fork('keep-alive.cjs', actions, { silent: true });

const ends = {
  'without any listener': [],
  "with an 'internalMessage' listener alone": ['listen for internalMessage'],
  'with a listener for another event': ['listen for another event'],
  "after its 'message' listener was removed": ['listen for message', 'stop listening for message'],
  "after all its 'message' listeners were removed": [
    'listen for message',
    'listen for message again',
    'remove all message listeners',
  ],
  "after its 'disconnect' listener was removed": ['listen for disconnect', 'stop listening for disconnect'],
  "with a 'message' listener, after channel.unref()": ['listen for message', 'unref'],
  "with a 'message' listener added after channel.unref()": ['unref', 'listen for message'],
  'after refCounted() and unrefCounted()': ['refCounted', 'unrefCounted'],
  'with refCounted() after unref()': ['unref', 'refCounted'],
  'after ref() and unref()': ['ref', 'unref'],
  'once it has disconnected': ['listen for message', 'disconnect'],
  'once it has disconnected, after ref()': ['ref', 'disconnect'],
};

const stays = {
  "with a 'message' listener": ['listen for message'],
  "with a once('message') that waits": ['listen once for message'],
  "with a 'disconnect' listener": ['listen for disconnect'],
  'with one of two listeners left': [
    'listen for message',
    'listen for disconnect',
    'stop listening for message',
  ],
  'without a listener, after channel.ref()': ['ref'],
  'after refCounted()': ['refCounted'],
  'after refCounted() twice and unrefCounted() once': ['refCounted', 'refCounted', 'unrefCounted'],
  'after ref(), although its listener was removed': [
    'ref',
    'listen for message',
    'stop listening for message',
  ],
  'after ref() and unrefCounted()': ['ref', 'unrefCounted'],
  'after unref() and ref()': ['unref', 'ref'],
};

for (const [state, actions] of Object.entries(ends)) {
  both(`a child ends by itself ${state}`, async (t, { fork }) => {
    const child = start(fork, actions);
    const [text, end] = await Promise.all([textOf(child.stdout), exited(child)]);
    t.is(text, 'ready,ended by itself');
    t.deepEqual(end, { code: 0, signal: null });
  });
}

for (const [state, actions] of Object.entries(stays)) {
  both(`a child stays ${state}, until its parent disconnects`, async (t, { fork }) => {
    const child = start(fork, actions);
    child.stdout.setEncoding('utf8');
    t.deepEqual(await when(child.stdout, 'data'), ['ready,']);
    await untilIdle(child.pid);
    t.is(child.exitCode, null);
    child.disconnect();
    const [text, end] = await Promise.all([textOf(child.stdout), exited(child)]);
    t.is(text, 'ended by itself');
    t.deepEqual(end, { code: 0, signal: null });
  });
}

both('a child ends after the one message that it waited for', async (t, { fork }) => {
  const child = start(fork, ['listen once for message']);
  child.send('the one');
  t.deepEqual(await exited(child), { code: 0, signal: null });
});

// Stock Node's child ends with the socket on its way.
onlyForkwire('a child stays until its handles are answered', async (t, { fork }) => {
  const file = absentFile(t);
  const child = fork('send-socket-and-leave.cjs', [file]);
  const arrived = when(child, 'message');
  // The loop of this process does not run, so that nothing is read and answered.
  t.is(waitBusy(file), 'sent');
  waitIdle(child.pid);
  t.false(isGone(child.pid));
  const [message, socket] = await arrived;
  t.is(message, 'socket');
  socket.destroy();
  t.deepEqual(await exited(child), { code: 0, signal: null });
});

both('a child stays until what it sent is written', async (t, { fork }) => {
  const child = fork('send-large.cjs', ['text', ...Array(4).fill('2000000'), '7']);
  const messages = await new Inbox(child).take(5);
  t.deepEqual(
    messages.map(({ length }) => length),
    [2_000_000, 2_000_000, 2_000_000, 2_000_000, 7],
  );
  t.deepEqual(await exited(child), { code: 0, signal: null });
});
