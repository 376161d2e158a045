import { both, onlyForkwire } from '../../helpers/cases.mjs';
import { exited, when } from '../../helpers/child.mjs';
import { once } from '../../helpers/events.mjs';
import { Inbox } from '../../helpers/inbox.mjs';

const numbers = (count) => [...Array(count).keys()];

both('messages wait for a listener that comes after a top-level await', async (t, { fork }) => {
  const child = fork('listen-after-await.mjs');
  const inbox = new Inbox(child);
  for (const i of numbers(1000)) child.send(i);
  t.is(await inbox.next(), 'ready');
  child.send({ cmd: 'NODE_now' });
  child.send('after');
  t.deepEqual(await inbox.take(1001), [...numbers(1000), 'after']);
});

both('messages wait for a listener that comes late in the parent', async (t, { fork }) => {
  const child = fork('say-then-internal.cjs', ['100']);
  await when(child, 'internalMessage');
  t.deepEqual(await new Inbox(child).take(100), numbers(100));
});

both('waiting messages are delivered even if the child has exited meanwhile', async (t, { fork }) => {
  const child = fork('say-then-internal.cjs', ['5']);
  const internal = when(child, 'internalMessage');
  await internal;
  const inbox = new Inbox(child);
  t.deepEqual(await inbox.take(5), numbers(5));
  await exited(child);
});

// Stock Node drops waiting messages once the channel has ended.
onlyForkwire('waiting messages outlive the channel', async (t, { fork }) => {
  const child = fork('say-then-internal.cjs', ['5']);
  await Promise.all([when(child, 'close'), when(child, 'disconnect')]);
  const received = [];
  child.on('message', (message) => received.push(message));
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  t.deepEqual(received, numbers(5));
});

both('once() inside once() takes one message each', async (t, { fork }) => {
  const child = fork('once-twice.cjs');
  child.send(1);
  child.send(2);
  t.deepEqual(await once(child, 'message'), [[1, 2], undefined]);
});

both('messages wait while there is no listener between two', async (t, { fork }) => {
  const child = fork('await-messages.mjs', ['2']);
  const inbox = new Inbox(child);
  await inbox.next();
  child.send(1);
  child.send(2);
  t.deepEqual(await inbox.next(), [1, 2]);
});

// Stock Node gives all waiting messages to a once() listener, and loses all but the first.
onlyForkwire('each once() takes one message, however many wait', async (t, { fork }) => {
  const child = fork('await-messages.mjs', ['50']);
  for (const i of numbers(50)) child.send(i);
  t.deepEqual(await new Inbox(child).take(2), ['ready', numbers(50)]);
});

onlyForkwire('each once() takes one message even if nothing reports that it is gone', async (t, { fork }) => {
  const child = fork('once-unreported.cjs', ['50']);
  for (const i of numbers(50)) child.send(i);
  t.deepEqual(await new Inbox(child).next(), numbers(50));
});

onlyForkwire('each once() takes one message in the parent too', async (t, { fork }) => {
  const child = fork('say-then-internal.cjs', ['20']);
  await when(child, 'internalMessage');
  for (const i of numbers(20)) t.deepEqual(await once(child, 'message'), [i, undefined]);
});

both('messages wait after the last listener was removed', async (t, { fork }) => {
  const child = fork('remove-and-return.cjs');
  const inbox = new Inbox(child);
  for (const message of ['a', 'stop listening', 'b', 'c']) child.send(message);
  t.deepEqual(await inbox.take(2), ['a', 'stop listening']);
  child.send({ cmd: 'NODE_listen_again' });
  t.deepEqual(await inbox.take(2), ['b', 'c']);
  child.send('d');
  t.is(await inbox.next(), 'd');
});

both('every listener gets every message', async (t, { fork }) => {
  const child = fork('echo.cjs');
  const log = [];
  child.on('message', (message) => log.push(['first', message]));
  child.prependListener('message', (message) => log.push(['prepended', message]));
  child.addListener('message', (message) => log.push(['second', message]));
  child.send('m');
  await when(child, 'message');
  t.deepEqual(
    log,
    ['prepended', 'first', 'second'].map((who) => [who, 'm']),
  );
});

both('a listener gets the message and undefined, with the emitter as this', async (t, { fork }) => {
  const child = fork('report-arguments.cjs');
  const heard = new Promise((resolve) => {
    child.on('message', function (...args) {
      resolve({ args, thisIsChild: this === child });
    });
  });
  child.send('m');
  const report = { args: ['m', null], count: 2, thisIsProcess: true };
  t.deepEqual(await heard, { args: [report, undefined], thisIsChild: true });
});

both('a message sent in the tick of fork() reaches a child that is still starting', async (t, { fork }) => {
  const child = fork('echo.mjs');
  for (const i of numbers(10)) t.true(child.send(i));
  t.deepEqual(await new Inbox(child).take(10), numbers(10));
});

both('a listener added in a listener does not get the current message', async (t, { share }) => {
  const child = share('echo.cjs');
  const late = [];
  child.once('message', () => child.on('message', (message) => late.push(message)));
  child.send(1);
  child.send(2);
  const inbox = new Inbox(child);
  await inbox.take(2);
  t.deepEqual(late, [2]);
});

// Stock Node loses what was pending.
onlyForkwire('messages wait for a listener that comes after removeAllListeners()', async (t, { fork }) => {
  for (const args of [[], ['message'], ['newListener']]) {
    const child = fork('say-then-internal.cjs', ['5']);
    await when(child, 'internalMessage');
    child.removeAllListeners(...args);
    t.deepEqual(await new Inbox(child).take(5), numbers(5));
  }
});

// Stock Node does not keep a child alive for it.
onlyForkwire('a child receives and lives on after process.removeAllListeners()', async (t, { fork }) => {
  const child = fork('echo-after-removal.cjs');
  const inbox = new Inbox(child);
  for (const i of numbers(10)) {
    child.send(i);
    t.is(await inbox.next(), i);
  }
  child.send('end');
  t.deepEqual(await exited(child), { code: 0, signal: null });
});

both('removeAllListeners() removes the listeners of the program, and returns the emitter', (t, { fork }) => {
  const child = fork('idle.cjs');
  for (const name of ['message', 'exit', 'mine']) child.on(name, t.fail);
  t.is(child.removeAllListeners('mine'), child);
  t.deepEqual([child.listenerCount('mine'), child.listenerCount('exit')], [0, 1]);
  t.is(child.removeAllListeners(), child);
  t.deepEqual([child.listenerCount('message'), child.listenerCount('exit')], [0, 0]);
  t.is(child.removeAllListeners.length, 1);
});
