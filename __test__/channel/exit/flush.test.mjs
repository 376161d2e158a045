import { both, onlyForkwire } from '../../helpers/cases.mjs';
import { textOf, when } from '../../helpers/child.mjs';
import { runProgram } from '../../helpers/program.mjs';
import { listening } from '../../helpers/sockets.mjs';

/** Which messages of a child that sends and ends arrived before the end of its channel. */
async function runToEnd(fork, args, options) {
  const child = fork('send-then-end.cjs', args.map(String), {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    flushTimeout: 60_000, // this test is not about how long it takes
    ...options,
  });
  const received = [];
  child.on('message', ({ i, text }) => received.push(text.length === Number(args[2]) ? i : 'damaged'));
  child.send('for those that wait for it');
  const [[code, signal]] = await Promise.all([when(child, 'exit'), when(child, 'disconnect')]);
  return { code, signal, received };
}

const inOrder = (received) => received.every((i, at) => i === at);

both('a few messages sent before process.exit() arrive', async (t, { fork }) => {
  t.deepEqual(await runToEnd(fork, ['process.exit()', 5, 10]), {
    code: 0,
    signal: null,
    received: [0, 1, 2, 3, 4],
  });
});

both.serial('all messages sent before falling off the end arrive', async (t, { fork }) => {
  const { code, received } = await runToEnd(fork, ['falling off the end', 20_000, 1000]);
  t.is(code, 0);
  t.is(received.length, 20_000);
  t.true(inOrder(received));
});

// Serial: a flush has a deadline in real time, and children that flood compete for the processors.
// Stock Node loses what the kernel had not taken: of 20,000 messages, a few dozen arrive.
const codes = {
  'process.exit()': 0,
  'process.exit(7)': 7,
  'an uncaught exception': 1,
  'an unhandled rejection': 1,
  'process.exit() in a timer': 0,
  'process.exit() in a listener': 0,
  'sends in an exit listener': 0,
};
for (const [end, expected] of Object.entries(codes)) {
  for (const serialization of ['json', 'advanced']) {
    onlyForkwire.serial(
      `20,000 messages of 1 KB sent before ${end} arrive, ${serialization}`,
      async (t, { fork }) => {
        const { code, received } = await runToEnd(fork, [end, 20_000, 1000], { serialization });
        t.is(code, expected);
        t.is(received.length, 20_000);
        t.true(inOrder(received));
      },
    );
  }
}

onlyForkwire.serial(
  "messages that are gathered when process.exit() is called arrive, and those of its 'exit' listener",
  async (t, { fork }) => {
    for (const count of [2, 100]) {
      const end = 'process.exit() with a listener that sends as many';
      const { code, received } = await runToEnd(fork, [end, count, 10]);
      t.is(code, 0);
      const numbers = [...Array(count).keys()];
      t.deepEqual(received, [...numbers, ...numbers]);
    }
  },
);

onlyForkwire.serial('one message of 16 MiB sent before process.exit() arrives', async (t, { fork }) => {
  for (const serialization of ['json', 'advanced']) {
    const { received } = await runToEnd(fork, ['process.exit()', 1, 16 << 20], { serialization });
    t.deepEqual(received, [0]);
  }
});

for (const end of ['process.exit()', 'falling off the end', 'an uncaught exception']) {
  onlyForkwire.serial(`one message of 64 MB sent before ${end} arrives`, async (t, { fork }) => {
    for (const serialization of ['json', 'advanced']) {
      const { received } = await runToEnd(fork, [end, 1, 64e6], { serialization });
      t.deepEqual(received, [0]);
    }
  });
}

onlyForkwire.serial('messages with sockets sent before process.exit() arrive', async (t, { fork }) => {
  const server = await listening(t);
  const ends = new Promise((resolve) => {
    const texts = [];
    server.on('connection', (socket) => {
      if (texts.push(textOf(socket)) === 100) resolve(Promise.all(texts));
    });
  });
  const child = fork('send-sockets-and-exit.cjs', [String(server.address().port), '100']);
  const numbers = [];
  child.on('message', ({ number, text }, socket) => {
    numbers.push(text.length === 1000 ? number : 'damaged');
    socket.end(`from ${number}`);
  });
  await Promise.all([when(child, 'exit'), when(child, 'disconnect')]);
  t.deepEqual(numbers, [...Array(100).keys()]);
  t.deepEqual(new Set(await ends), new Set(numbers.map((number) => `from ${number}`)));
});

onlyForkwire.serial('everything a parent sent arrives even if it exits', async (t, implementation) => {
  for (const end of ['process.exit()', 'falling off the end', 'an uncaught exception']) {
    const { stdout } = await runProgram(t, implementation, 'flood-and-end.mjs', [end]);
    t.deepEqual(JSON.parse(stdout), { count: 5000, bytes: 5_000_000 }, end);
  }
});

onlyForkwire('flushTimeout bounds how long the exit of a child waits for its reader', async (t, { fork }) => {
  const child = fork('send-then-end.cjs', ['process.exit()', '64', '1000000'], {
    silent: true,
    flushTimeout: 50,
  });
  // Without a 'message' listener this parent stops reading, and later finds the rest missing.
  child.on('error', ({ code }) => t.is(code, 'ERR_FORKWIRE_TRUNCATED'));
  const [stderr, [code]] = await Promise.all([textOf(child.stderr), when(child, 'exit')]);
  t.is(code, 0);
  t.regex(stderr, /ERR_FORKWIRE_FLUSH_TIMEOUT/);
});

onlyForkwire('flushTimeout 0 exits at once, without a warning', async (t, { fork }) => {
  const child = fork('send-then-end.cjs', ['process.exit()', '64', '1000000'], {
    silent: true,
    flushTimeout: 0,
  });
  child.on('error', ({ code }) => t.is(code, 'ERR_FORKWIRE_TRUNCATED'));
  const [stderr, [code]] = await Promise.all([textOf(child.stderr), when(child, 'exit')]);
  t.deepEqual([code, stderr], [0, '']);
});

for (const [wire, children] of [
  ['native', '1'],
  ['node', '1'],
  ['native', '4'],
]) {
  onlyForkwire(
    `a parent and its children that exit at the same time do not wait for each other: ${children}, ${wire} wire`,
    async (t, implementation) => {
      const { code, stderr } = await runProgram(t, implementation, 'exit-at-once-with-child.mjs', [
        wire,
        children,
      ]);
      t.deepEqual([code, stderr], [0, '']);
    },
  );
}

onlyForkwire('the exit of a child whose parent was killed does not wait', async (t, implementation) => {
  const { stdout, stderr } = await runProgram(t, implementation, 'die-with-unread.mjs');
  t.deepEqual(JSON.parse(stdout), { exited: true });
  // The warning would say that the other process took nothing before the deadline.
  t.is(stderr, '');
});

onlyForkwire('refuses a flushTimeout that is not a time', (t, { forkUnbound }) => {
  for (const flushTimeout of [-1, NaN, '1', {}]) {
    const error = t.throws(() => forkUnbound('x.cjs', { flushTimeout }));
    t.regex(error.code, /^ERR_(OUT_OF_RANGE|INVALID_ARG_TYPE|INVALID_ARG_VALUE)$/);
  }
});
