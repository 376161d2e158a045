// Long strings travel beside the rest of a message's json inside each process. Programs must not notice.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { forkwire } from '../helpers/implementations.mjs';
import { endWithTest, fixture } from '../helpers/child.mjs';
import { onlyForkwire } from '../helpers/cases.mjs';
import { Inbox } from '../helpers/inbox.mjs';

/** Long enough for both ends to look for long strings. */
const LENGTH = 20_000;
const long = (part) => part.repeat(Math.ceil(LENGTH / part.length));

/** The first message of each kind is serialized as usual, and shows that the next ones have long strings. */
const twice = (messages) => messages.flatMap((message) => [message, message]);

const messages = twice([
  { seq: 1, text: long('x') },
  long('x'),
  [long('a'), { b: [long('b'), 'short', { c: long('c') }] }, long('d'), null],
  { text: long('say "so" \\ and\n\t\r\b\f\u0000\u001f\u007f\u2028 ') },
  { text: long('ä€\u{1F600}'), [long('key')]: long('latin \u00e9') },
  { halves: long('\ud83d and \udc01 '), replacement: long('\ufffd') },
  long('"\ud83d\n'),
  JSON.parse(`{"__proto__": "${long('p')}", "a": {"__proto__": {"b": "${long('q')}"}}}`),
  { 0: long('zero'), 'a"b': long('quoted'), '': long('empty') },
  { small: Array.from({ length: 3000 }, (_, i) => ({ i, text: 'x' })), text: long('x') },
  { deep: Array.from({ length: 40 }).reduce((inner) => [inner], long('deep')) },
  { text: 'forkwire:lifted:0', long: long('x') },
  { 'forkwire:lifted:0': long('x'), other: '"forkwire:lifted:0"' },
  { wrapped: new String('forkwire:lifted:0'), text: long('x') },
  { absent: undefined, date: new Date(0), nan: NaN, text: long('x'), list: [undefined, () => {}] },
]);

const channels = { 'native wire': {}, "Node's wire": { wire: 'node' } };

for (const [name, options] of Object.entries(channels)) {
  onlyForkwire(`messages with long strings arrive as JSON carries them, both ways: ${name}`, async (t) => {
    const child = forkwire.fork(fixture('echo.cjs'), options);
    endWithTest(t, child);
    const inbox = new Inbox(child);
    for (const message of messages) child.send(message);
    const arrived = await inbox.take(messages.length);
    for (const [at, message] of messages.entries()) {
      // By their text, because deepEqual does not look at an own __proto__.
      t.true(JSON.stringify(arrived[at]) === JSON.stringify(message), `message ${at}`);
    }
  });

  onlyForkwire(`strings of every length arrive whole: ${name}`, async (t) => {
    const child = forkwire.fork(fixture('echo.cjs'), options);
    endWithTest(t, child);
    const inbox = new Inbox(child);
    const strings = [127, 128, 1023, 1024, 1025, 2048, 8191, 8192, 70_000, 1_200_000].flatMap((length) =>
      ['x', '"', 'é', '\ud83d', '\n€'].map((part) => part.repeat(length).slice(0, length)),
    );
    for (const string of strings) child.send(string);
    const arrived = await inbox.take(strings.length);
    t.deepEqual(
      arrived.map((string, at) => string === strings[at]),
      strings.map(() => true),
    );
  });
}

onlyForkwire('a message whose strings and keys look like placeholders is read once', async (t) => {
  const child = forkwire.fork(fixture('echo.cjs'));
  endWithTest(t, child);
  const inbox = new Inbox(child);
  child.send({ text: long('x') });
  await inbox.next();
  const lookalike = 'forkwire:lifted:0';
  for (const string of [
    lookalike,
    `"${lookalike}`,
    `\\"${lookalike}"`,
    'forkwire:lifted:',
    `${lookalike}1"`,
  ]) {
    let calls = 0;
    const message = {
      [string]: string,
      get long() {
        calls += 1;
        return long('y');
      },
      list: [string, long(string), { [string]: long('z') }],
    };
    child.send(message);
    t.is(calls, 1, string);
    t.deepEqual(await inbox.next(), { ...message });
  }
});

onlyForkwire('a getter and a toJSON() run once, and may send', async (t) => {
  const child = forkwire.fork(fixture('echo.cjs'));
  endWithTest(t, child);
  const inbox = new Inbox(child);
  child.send({ text: long('x') });
  let calls = 0;
  const message = {
    get text() {
      calls += 1;
      return long('y');
    },
    other: {
      toJSON(key) {
        calls += 1;
        child.send({ key, text: long('z') });
        return long(key);
      },
    },
  };
  child.send(message);
  t.is(calls, 2);
  const expected = [
    { text: long('x') },
    { key: 'other', text: long('z') },
    { text: long('y'), other: long('other') },
  ];
  t.deepEqual(await inbox.take(3), expected);
});

onlyForkwire('what JSON refuses is refused after a message with a long string too', async (t) => {
  const child = forkwire.fork(fixture('echo.cjs'), { maxMessageSize: 100_000 });
  endWithTest(t, child);
  const inbox = new Inbox(child);
  const refused = (message, expected) => {
    child.send({ text: long('x') });
    t.throws(() => child.send(message), expected);
  };
  refused({ text: long('x'), big: 1n }, { instanceOf: TypeError });
  const circle = { text: long('x') };
  circle.circle = circle;
  refused(circle, { message: /circular/ });
  refused({ toJSON: () => undefined }, { code: 'ERR_FORKWIRE_NOT_SERIALIZABLE' });
  refused({ text: 'x'.repeat(100_000) }, { code: 'ERR_FORKWIRE_MESSAGE_TOO_LARGE' });
  refused('\n'.repeat(60_000), { code: 'ERR_FORKWIRE_MESSAGE_TOO_LARGE' });
  child.send('last');
  t.deepEqual((await inbox.take(6)).at(-1), 'last');
});

onlyForkwire('requests, answers and messages with a handle have long strings', async (t) => {
  const child = forkwire.fork(fixture('answer-long-strings.cjs'));
  endWithTest(t, child);
  const inbox = new Inbox(child);
  const request = { text: long('r'), list: [long('"s"')] };
  t.deepEqual(await child.channel.request(request), { request });
  t.is(await child.channel.request(long('one string')), long('one string'));
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const client = connect(server.address().port, '127.0.0.1');
  const [socket] = await once(server, 'connection');
  server.close();
  const port = client.localPort; // the child may close the connection before its answer is read
  child.send({ text: long('t') }, socket);
  t.deepEqual(await inbox.take(1), [{ text: long('t'), port }]);
  await once(client.resume(), 'close');
});

onlyForkwire('a message with a long string is traced with its text', async (t) => {
  const env = { ...process.env, FORKWIRE_DEBUG: 'messages' };
  const child = forkwire.fork(fixture('echo.cjs'), { env, silent: true });
  endWithTest(t, child);
  const inbox = new Inbox(child);
  const errors = text(child.stderr);
  const message = { first: 'see this', text: long('x') };
  child.send(message);
  child.send(message);
  await inbox.take(2);
  child.disconnect();
  const lines = (await errors).split('\n').filter((line) => line.includes('see this'));
  t.true(lines.length >= 4, lines.join('\n').slice(0, 1000)); // received twice, and sent twice
  t.false(lines.some((line) => line.includes('forkwire:lifted')));
});
