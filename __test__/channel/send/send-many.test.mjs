import { forkwire } from '../../helpers/implementations.mjs';
import { endWithTest, fixture, when } from '../../helpers/child.mjs';
import { onlyForkwire } from '../../helpers/cases.mjs';
import { Inbox } from '../../helpers/inbox.mjs';
import { stop } from '../../helpers/stopped.mjs';

/** Whatever the wire. */
function start(t, file, options) {
  const child = forkwire.fork(fixture(file), options);
  endWithTest(t, child);
  return child;
}

const channels = {
  'json, native wire': {},
  "json, Node's wire": { wire: 'node' },
  'advanced, native wire': { serialization: 'advanced' },
  "advanced, Node's wire": { serialization: 'advanced', wire: 'node' },
};

/** Small and large ones, nested ones, and as many as fill several frames. */
const several = [
  0,
  'text',
  'ä\u{1F600}\u2028',
  null,
  false,
  [],
  [[1], { a: [2] }],
  {},
  { text: 'x'.repeat(100_000) },
  ...Array.from({ length: 2000 }, (_, i) => ({ i, args: [1, 2.5, 'abc'], ok: true })),
];

for (const [name, options] of Object.entries(channels)) {
  onlyForkwire(`each message arrives by itself, in order, among others: ${name}`, async (t) => {
    const child = start(t, 'echo.cjs', options);
    const inbox = new Inbox(child);
    child.send('before');
    child.sendMany(several);
    child.send('between');
    child.sendMany(several.slice(0, 3));
    child.send('after');
    const all = ['before', ...several, 'between', ...several.slice(0, 3), 'after'];
    t.deepEqual(await inbox.take(all.length), all);
    t.is(child.channel.stats().sent.messages, all.length);
    t.is(child.channel.stats().received.messages, all.length);
  });

  onlyForkwire(`one callback settles all: ${name}`, async (t) => {
    const child = start(t, 'idle.cjs', options);
    const outcomes = [];
    await new Promise((resolve) => {
      child.sendMany(several, (error) => outcomes.push(error));
      child.sendMany([], (error) => outcomes.push(error));
      child.send('last', resolve);
    });
    t.deepEqual(outcomes.toSorted(), [null, null]);
  });

  onlyForkwire(
    `one that cannot be a message is refused by its place, and nothing is sent: ${name}`,
    async (t) => {
      const child = start(t, 'echo.cjs', options);
      const inbox = new Inbox(child);
      const loop = {};
      loop.self = loop;
      const bad = [
        [[1, undefined], 'ERR_MISSING_ARGS', /messages\[1\]/],
        [[1, , 2], 'ERR_MISSING_ARGS', /messages\[1\]/], // eslint-disable-line no-sparse-arrays
        [[1, 2, () => 1], 'ERR_INVALID_ARG_TYPE', /messages\[2\]/],
        [[1n], 'ERR_INVALID_ARG_TYPE', /messages\[0\]/],
        [[Symbol('s')], 'ERR_INVALID_ARG_TYPE', /messages\[0\]/],
        ['text', 'ERR_INVALID_ARG_TYPE', /"messages" argument must be an instance of Array/],
      ];
      for (const [messages, code, message] of bad)
        t.throws(() => child.sendMany(messages), { code, message });
      t.throws(() => child.sendMany([1], 'callback'), {
        code: 'ERR_INVALID_ARG_TYPE',
        message: /"callback"/,
      });
      if (options.serialization === 'advanced') t.throws(() => child.sendMany([1, { f: () => 1 }]));
      else {
        t.throws(() => child.sendMany([1, loop]), { instanceOf: TypeError });
        t.throws(() => child.sendMany([1, { toJSON() {} }]), { code: 'ERR_FORKWIRE_NOT_SERIALIZABLE' });
      }
      child.send('only this');
      t.is(await inbox.next(), 'only this');
      t.is(child.channel.stats().sent.messages, 1);
    },
  );

  onlyForkwire(
    `an array that is too large is sent in parts, and a message that is too large is refused: ${name}`,
    async (t) => {
      const child = start(t, 'echo.cjs', { ...options, maxMessageSize: 1000 });
      const inbox = new Inbox(child);
      const large = { text: 'x'.repeat(2000) };
      t.throws(() => child.sendMany([1, large]), { code: 'ERR_FORKWIRE_MESSAGE_TOO_LARGE', message: /1000/ });
      const fitting = Array.from({ length: 20 }, (_, i) => ({ i, text: 'ä'.repeat(300) }));
      child.sendMany(fitting);
      t.deepEqual(await inbox.take(20), fitting);
    },
  );

  onlyForkwire(`messages that the peer did not take are one error together: ${name}`, async (t) => {
    const child = start(t, 'idle.cjs', options);
    await stop(child);
    const errors = [];
    child.on('error', (error) => errors.push(error));
    const failed = new Promise((resolve) => {
      while (child.sendMany(several));
      child.sendMany(several, resolve);
    });
    child.kill('SIGKILL');
    t.is((await failed)?.code, 'EPIPE');
    const closed = await new Promise((resolve) => child.sendMany([1, 2, 3], resolve));
    t.true(['EPIPE', 'ERR_IPC_CHANNEL_CLOSED'].includes(closed.code), closed.code);
    const { sent } = child.channel?.stats() ?? { sent: undefined };
    if (sent !== undefined) t.true(sent.errors >= several.length);
    t.true(errors.every(({ code }) => code === 'EPIPE'));
  });
}

onlyForkwire('the result of toJSON depends on the message, and not on its place', async (t, { fork }) => {
  const child = fork('echo.cjs');
  const inbox = new Inbox(child);
  const keyed = { toJSON: (key) => ({ key }) };
  child.sendMany([keyed, new Date(0), 1]);
  t.deepEqual(await inbox.take(3), [{ key: '' }, '1970-01-01T00:00:00.000Z', 1]);
});

onlyForkwire('a message that Node keeps to itself is an internal one', async (t, { fork }) => {
  const child = fork('answer-internal.cjs');
  const inbox = new Inbox(child);
  const internal = new Inbox(child, 'internalMessage');
  child.sendMany([1, { cmd: 'NODE_question' }, 2]);
  t.deepEqual(await internal.next(), { cmd: 'NODE_answer' });
  t.deepEqual(inbox.waiting, []);
});

onlyForkwire('a child sends many to its parent, through process and through the import', async (t) => {
  const child = start(t, 'send-many.cjs');
  const inbox = new Inbox(child);
  t.deepEqual(await inbox.take(7), [1, 2, 3, 'settled: null', 4, 5, 'settled: null']);
});

onlyForkwire('a listener that is removed in the middle leaves the rest for the next one', async (t) => {
  const child = start(t, 'send-many.cjs');
  const got = [];
  child.once('message', (first) => {
    got.push(first);
    child.once('message', (second) => {
      got.push(second);
      child.on('message', (message) => got.push(message));
    });
  });
  await when(child, 'disconnect');
  t.deepEqual(got, [1, 2, 3, 'settled: null', 4, 5, 'settled: null']);
});

onlyForkwire("on Node's own channel they are sent one by one", async (t) => {
  const { FORKWIRE } = process.env;
  process.env.FORKWIRE = 'off';
  t.teardown(() => {
    if (FORKWIRE === undefined) delete process.env.FORKWIRE;
    else process.env.FORKWIRE = FORKWIRE;
  });
  const child = forkwire.fork(fixture('echo.cjs'));
  endWithTest(t, child);
  t.is(child.wire, 'stock');
  const inbox = new Inbox(child);
  const settled = new Promise((resolve) => child.sendMany([1, { a: 2 }], resolve));
  t.deepEqual(await inbox.take(2), [1, { a: 2 }]);
  t.is(await settled, null);
  t.throws(() => child.sendMany([1, undefined]), { code: 'ERR_MISSING_ARGS' });
});
