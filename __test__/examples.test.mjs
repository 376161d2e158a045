// Every example and the demo, as a reader would start them: real processes, their output and exit code.
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withWebSockets } from './helpers/installed.mjs';
import test from './helpers/test.mjs';

// Awaited first: AVA takes no test that is declared after it has begun to run the others.
const withSockets = await withWebSockets('ws and socket.io');

const LIMIT_MS = 60_000;
test.beforeEach((t) => t.timeout(LIMIT_MS + 10_000));
const path = (file) => fileURLToPath(new URL(`../examples/${file}`, import.meta.url));

/** `{ code, stdout, stderr }` once the program has ended by itself; after LIMIT_MS it is killed, and there is no code. */
const run = (file, args = [], env = {}) =>
  new Promise((resolve) => {
    const options = { timeout: LIMIT_MS, killSignal: 'SIGKILL', env: { ...process.env, ...env } };
    execFile(process.execPath, [path(file), ...args], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, stdout, stderr });
    });
  });

/** The lines of the output, sorted where two processes share it, without the varying port. */
const lines = ({ stdout }) =>
  stdout
    .trimEnd()
    .replace(/port \d+/, 'port N')
    .split('\n');

// What each must print. Port 0: whichever is free.
const printed = {
  message: {
    sorted: true,
    expected: ["CHILD got message: { hello: 'world' }", "PARENT got message: { foo: 'bar', baz: null }"],
  },
  server: { args: ['0'], expected: ['listening on port N', 'handled by child', 'handled by parent'] },
  dgram: { args: ['0'], expected: ['bound to port N', 'handled by child', 'handled by parent'] },
  socket: {
    args: ['0'],
    expected: [
      'listening on port N',
      '127.0.0.1: Request handled with normal priority',
      '127.0.0.2: Request handled with special priority',
      '127.0.0.1: Request handled with normal priority',
    ],
  },
  'udp-pool': {
    args: ['0'],
    expected: [
      'bound to port N',
      '1000 requests were answered',
      '4 workers answered, although only 3 ran at a time',
    ],
  },
  activation: {
    args: ['0'],
    expected: [
      'listening on port N',
      "got the socket 'web'",
      'after a crash, 400 requests were answered, and none failed',
    ],
  },
  backpressure: { expected: ['child counted 20000 messages', 'parent paused and went on at drain'] },
};

for (const [name, { args, sorted, expected }] of Object.entries(printed)) {
  test(`examples/${name} prints what it says and ends by itself`, async (t) => {
    const ended = await run(`${name}/parent.js`, args);
    const actual = sorted ? lines(ended).sort() : lines(ended);
    t.deepEqual(
      { code: ended.code, lines: actual, stderr: ended.stderr },
      { code: 0, lines: expected, stderr: '' },
    );
  });
}

// Older Nodes do not run TypeScript; the compiler checks it.
const typescript = process.features.typescript ? test : test.skip;
typescript('examples/typescript prints what it says and ends by itself', async (t) => {
  const ended = await run('typescript/parent.mts');
  t.like(ended, { code: 0, stdout: 'total 7\n' });
});

// Each checks its own clients, and fails if one of them does.
const loaded = {
  restart: '4 restarts, answers of 5 generations, none failed\n',
  sticky: '600 answers in order from 3 workers\n',
};
for (const [name, stdout] of Object.entries(loaded)) {
  withSockets(`examples/${name} keeps every connection under load`, async (t, folder) => {
    const ended = await run(`${name}/parent.js`, [], { NODE_PATH: join(folder, 'node_modules') });
    t.deepEqual(ended, { code: 0, stdout, stderr: '' });
  });
}

test('no example is left out here', (t) => {
  const folders = readdirSync(path('.'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  // The one in Rust has its tests in nats/rust.
  const programs = [...Object.keys(printed), ...Object.keys(loaded)];
  const known = [...programs, 'demo', 'rust-nats', 'typescript'];
  t.deepEqual(folders.map(({ name }) => name).sort(), known.sort());
});

test('the demo does every case of the page, on the native wire', async (t) => {
  const { code, stdout, stderr } = await run('demo/index.mjs');
  t.is(code, 0, `${stdout}${stderr}`);
  t.is(stderr, '');
  t.regex(stdout, /^6 cases, each as the page says\.$/m);
  t.regex(stdout, /child processes forked, each on forkwire's native wire\.$/m);
  t.false(stdout.includes('\x1b['), 'no colour where no terminal is');
});

test('the demo ends with another code and the name of the case that failed', async (t) => {
  // On the stock channel a kill in mid-flood is reported as success, which contradicts the page.
  const { code, stdout } = await run('demo/index.mjs', ['dead-child'], { FORKWIRE: 'off' });
  t.is(code, 1);
  t.regex(stdout, /^failed: dead-child/m);
  t.regex(stdout, /the rest on the stock channel/);
});

test('the demo knows its cases', async (t) => {
  const { code, stderr } = await run('demo/index.mjs', ['no-such-case']);
  t.is(code, 2);
  t.regex(stderr, /no such case: no-such-case\. There are: messages, server, /);
});
