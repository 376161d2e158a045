// Messages of one shape that are read together are made of their values by compiled code. They are what JSON.parse() makes.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { both, onlyForkwire } from '../helpers/cases.mjs';
import { fixture, when } from '../helpers/child.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import { overNodeWire } from '../helpers/node-wire.mjs';
import test from '../helpers/test.mjs';

const shapes = {
  'an object of two fields': (n) => ({ n, text: 'x'.repeat(60) }),
  'nested values': (n) => ({
    id: n,
    op: 'add',
    args: [1, 2.5, 'abc', null, [true, {}]],
    rest: { list: [], n },
  }),
  'strings with quotes, brackets and line ends': (n) => ({ n, text: '"\\{[,]}\n\u2028', end: '\\' }),
  'keys of every kind': (n) => ({ '': n, 'ä\u2028{': 1, 'a b': 2, constructor: 3, toString: 4, length: 5 }),
  'keys with escapes': (n) => ({ 'a"b': n, '\n': 1 }),
  'keys that are indexes': (n) => ({ b: n, 1: 'one', a: 2 }),
  'a key named __proto__': (n) => JSON.parse(`{"__proto__":{"n":${n}},"a":1}`),
  arrays: (n) => [n, [n, 'x'], { n }],
  numbers: (n) => [n / 3, 0, 1e300, 5e-324, Number.MAX_SAFE_INTEGER, -n],
  'shapes that take turns': (n) => (n % 2 === 0 ? { n } : { n, odd: true }),
  'many shapes, some of which come once': (n) => ({
    [`key${n % 5}`]: n,
    [n % 40 === 0 ? `once${n}` : 'each']: [n],
  }),
  'objects, and values that are none': (n) => [{ n }, n, 'text', [], { n, list: [n] }, null][n % 6] ?? n,
  'long strings': (n) => ({ n, text: 'x'.repeat(500), list: ['é'.repeat(1000), n] }),
  'strings that are long at times': (n) => ({ text: 'x'.repeat(n % 800), end: '\n'.repeat((n * 7) % 500) }),
  'one long string each': (n) => ({ text: `${n} `.repeat(200) }),
  'a field that changes from a value to a list': (n) => ({ n, list: n > 2000 ? [n] : n }),
};
const COUNT = 4000;

const inOrder = (value) => JSON.stringify(value);
const isPlain = (value) =>
  Object(value) !== value ||
  Object.getPrototypeOf(value) === (Array.isArray(value) ? Array.prototype : Object.prototype);

async function check(t, child, make) {
  const inbox = new Inbox(child);
  const sent = Array.from({ length: COUNT }, (_, n) => make(n));
  for (const message of sent) child.send(message);
  const received = await inbox.take(COUNT);
  const wrong = received.findIndex((message, n) => inOrder(message) !== inOrder(sent[n]));
  t.is(wrong, -1, inOrder([received[wrong], sent[wrong]]));
  t.true(received.every(isPlain));
  t.deepEqual(received.at(-1), sent.at(-1));
  child.disconnect();
}

for (const [name, make] of Object.entries(shapes)) {
  const title = `thousands of messages arrive as they were sent: ${name}`;
  for (const serialization of ['json', 'advanced']) {
    both(`${title}, ${serialization}`, (t, { fork }) => check(t, fork('echo.cjs', { serialization }), make));
  }
  overNodeWire(`${title}, on Node's wire`, (t, { fork }) => check(t, fork('echo.cjs'), make));
}

onlyForkwire('a setter of the program for an index is not called', (t, { fork }) =>
  check(t, fork('burst-back.cjs'), shapes['an object of two fields']),
);

const count = 5000;
const others = {
  'a value that is not JSON': '{"n":0x1,"s":"x"}',
  'two values in one place': '{"n":1,2,"s":"x"}',
  'a string with a line end': '{"n":1,"s":"a\nb"}',
  'an unfinished string': '{"n":1,"s":"a',
};
for (const [name, other] of Object.entries(others)) {
  const title = `a malformed message among those of one shape is an error in its place: ${name}`;
  const run = async (t, child) => {
    const errors = [];
    const received = [];
    child.on('error', ({ code }) => errors.push([code, received.length]));
    child.on('message', (message) => received.push(message));
    while (received.length < count) await when(child, 'message');
    t.deepEqual(errors, [['ERR_FORKWIRE_MALFORMED', count - 1]]);
    t.deepEqual(
      received.slice(-3).map((message) => message.n),
      [count - 4, count - 3, count - 1],
    );
    child.send('enough');
    await when(child, 'close');
  };
  onlyForkwire(title, (t, { fork }) =>
    run(t, fork('write-many-texts.cjs', [String(count), 'native', other])),
  );
  if (other.includes('\n')) continue;
  overNodeWire(`${title}, on Node's wire`, (t, { fork }) =>
    run(t, fork('write-many-texts.cjs', [String(count), 'node', other])),
  );
}

onlyForkwire(
  'messages of sendMany() arrive as they were sent, of one shape or of several',
  async (t, { fork }) => {
    const child = fork('echo-many.cjs');
    const inbox = new Inbox(child);
    const sent = Object.values(shapes).flatMap((make) =>
      [0, 1, 2].map((round) => Array.from({ length: 500 }, (_, n) => make(500 * round + n))),
    );
    for (const messages of sent) child.sendMany(messages);
    const received = await inbox.take(500 * sent.length);
    t.is(inOrder(received), inOrder(sent.flat()));
    child.disconnect();
  },
);

for (const file of ['echo.cjs', 'echo-many.cjs']) {
  test(`all messages are objects of the context of node:vm that has loaded forkwire: ${file}`, async (t) => {
    const args = [fixture('programs/fork-in-context.cjs'), file];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    t.is(stdout, '1000 of 1000');
  });
}
