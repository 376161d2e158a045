import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import test from '../helpers/test.mjs';
import { endWithTest, exited, fixture, textOf, when } from '../helpers/child.mjs';
import cloneValues from '../helpers/clone-values.cjs';
import { Inbox } from '../helpers/inbox.mjs';
import { withRuntime } from '../helpers/installed.mjs';
import jsonValues from '../helpers/json-values.cjs';
import patterned from '../helpers/patterned.cjs';
import { connected, connection, listening } from '../helpers/sockets.mjs';

const { fork, spawn } = createRequire(import.meta.url)('../../dist/index.js');

const ways = {
  spawn: (program, { args = [], env }, file, options) =>
    spawn(program, [...args, file], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], env, ...options }),
  fork: (execPath, { args = [], env }, file, options) =>
    fork(file, { execPath, execArgv: args, env, ...options }),
};

const runtimes = {
  bun: {},
  deno: {
    args: ['run', '--allow-all', '--quiet', '--no-config', '--no-lock'],
    env: { ...process.env, DENO_DIR: path.join(tmpdir(), 'forkwire-deno'), DENO_NO_UPDATE_CHECK: '1' },
  },
};

// Deno ends with an error when it reads them, from any sender.
const unreadable = [
  'deep nesting',
  'lone high surrogate',
  'lone low surrogate',
  'surrogates the wrong way round',
];

// The first: Node 20 and later versions do not read each other's, on any channel. The second comes back with a prototype.
const versioned = ['error with a cause', 'object without prototype'];

const throughJson = (value) => JSON.parse(JSON.stringify(value));

// Before any test is declared: AVA accepts no more once the first has run.
const installed = new Map();
for (const runtime of Object.keys(runtimes)) installed.set(runtime, await withRuntime(runtime));

for (const [runtime, how] of Object.entries(runtimes)) {
  const withProgram = installed.get(runtime);
  for (const [way, start] of Object.entries(ways)) {
    withProgram(`plain messages both ways, ${way}`, async (t, program) => {
      const child = start(program, how, fixture('drop-in/answer-all.mjs'));
      endWithTest(t, child);
      t.is(child.wire, 'node');
      const inbox = new Inbox(child);
      t.deepEqual(await inbox.take(3), [{ unasked: 0 }, { unasked: 1 }, { unasked: 2 }]);
      const values = Object.entries(jsonValues.values).filter(([kind]) => !unreadable.includes(kind));
      for (const [, value] of values) child.send(value);
      for (const [kind, value] of values) {
        const back = await inbox.next();
        t.deepEqual(back, throughJson(value), kind);
      }
      const text = patterned.text(1 << 20);
      child.send(text);
      t.true((await inbox.next()) === text);
      for (let i = 0; i < 2000; i++) child.send({ i });
      const back = await inbox.take(2000);
      t.true(back.every(({ i }, at) => i === at));
      const disconnect = when(child, 'disconnect');
      child.send('end');
      await disconnect;
      t.deepEqual(await exited(child), { code: 0, signal: null });
    });
  }
}

// The versions of Node that `npm run test:nodes` has installed. Each is a child of the current one.
const nodes = fixture('../../.cache/nodes');
for (const major of existsSync(nodes) ? readdirSync(nodes) : []) {
  const program = path.join(
    nodes,
    major,
    'node_modules',
    `node-${process.platform}-${process.arch}`,
    'bin',
    'node',
  );
  if (!existsSync(program)) continue;

  for (const [way, start] of Object.entries(ways)) {
    test(`a child of Node ${major}: messages in both modes, ${way}`, async (t) => {
      const json = start(program, {}, fixture('echo.cjs'));
      endWithTest(t, json);
      const values = Object.entries(jsonValues.values);
      for (const [, value] of values) json.send(value);
      const back = await new Inbox(json).take(values.length);
      for (const [i, [kind, value]] of values.entries()) t.deepEqual(back[i], throughJson(value), kind);

      const advanced = start(program, {}, fixture('echo.cjs'), { serialization: 'advanced' });
      endWithTest(t, advanced);
      const inbox = new Inbox(advanced);
      for (const [kind, value] of Object.entries(cloneValues.values)) {
        if (versioned.includes(kind)) continue;
        advanced.send(value);
        t.true(isDeepStrictEqual(await inbox.next(), value), kind);
      }
    });

    for (const serialization of ['json', 'advanced']) {
      test(`a child of Node ${major}: sockets both ways, ${way}, ${serialization}`, async (t) => {
        const child = start(program, {}, fixture('shout.cjs'), { serialization });
        endWithTest(t, child);
        const server = await listening(t, { pauseOnConnect: true });
        const { client, accepted } = await connection(t, server);
        child.send('socket', accepted);
        client.end('word');
        t.is(await textOf(client), 'WORD');

        const offering = start(program, {}, fixture('offer-socket.cjs'), { serialization });
        endWithTest(t, offering);
        const inbox = new Inbox(offering);
        const address = await inbox.next();
        const other = await connected(t, { address: () => address });
        const { handle } = await inbox.nextWithHandle();
        handle.end('from parent');
        t.is(await textOf(other), 'from parent');
      });
    }
  }
}
