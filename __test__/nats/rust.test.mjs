// examples/rust-nats: Rust as a worker and as a requester. `npm run build:nats-example` builds it.
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { natsPort } from 'forkwire/nats';
import { root } from '../../scripts/lib/paths.mjs';
import { endWithTest } from '../helpers/child.mjs';
import { once } from '../helpers/events.mjs';
import { connectTo, newSubject, serve, sharedServer, withNats } from '../helpers/nats.mjs';
import test from '../helpers/test.mjs';

const program = join(root, 'target', 'nats', 'debug', 'forkwire-nats-example');
const withRust = existsSync(program)
  ? withNats
  : (title, body) => test.skip(`${title} (examples/rust-nats is not built)`, body);

async function startWorker(t) {
  const { url } = await sharedServer();
  const subject = newSubject();
  const worker = spawn(program, ['worker', url, subject], { stdio: ['ignore', 'pipe', 'inherit'] });
  endWithTest(t, worker);
  t.deepEqual(await once(createInterface(worker.stdout), 'line'), ['ready']);
  return { worker, subject, requester: natsPort(await connectTo(t, { url }), subject, { heartbeat: 400 }) };
}

async function ask(subject, message) {
  const { url } = await sharedServer();
  const { stdout } = await promisify(execFile)(program, ['requester', url, subject, JSON.stringify(message)]);
  return stdout.trim();
}

withRust('a worker in Rust answers JavaScript, and what it says of a failure is an error', async (t) => {
  const { requester } = await startWorker(t);
  t.is(await requester.request({ op: 'add', a: 1, b: 2 }), 3);
  const error = await t.throwsAsync(requester.request({ op: 'other' }), { instanceOf: RangeError });
  t.is(error.code, 'E_OPERATION');
  t.is(error.message, 'no operation Some("other")');
});

withRust('a worker in Rust has a limit, and many requests wait for room there', async (t) => {
  const { requester } = await startWorker(t);
  const all = Array.from({ length: 100 }, (_, a) => requester.request({ op: 'add', a, b: 1 }));
  t.deepEqual(
    await Promise.all(all),
    Array.from({ length: 100 }, (_, a) => a + 1),
  );
});

withRust(
  'a worker in Rust that takes its time is heard, can be cancelled, and is missed when it dies',
  async (t) => {
    const { requester, worker } = await startWorker(t);
    t.is(await requester.request({ op: 'sleep', ms: 2000 }), 'slept', 'longer than without heartbeats');
    const long = () => requester.request({ op: 'sleep', ms: 3_600_000 }, { timeout: 50 });
    for (let count = 0; count < 4; count++) await long().catch(({ name }) => t.is(name, 'TimeoutError'));
    t.is(
      await requester.request({ op: 'add', a: 1, b: 1 }),
      2,
      'it has room for two, and the four have ended',
    );
    const lost = requester.request({ op: 'sleep', ms: 3_600_000 });
    await requester.request({ op: 'add', a: 1, b: 1 });
    worker.kill('SIGKILL');
    t.is((await t.throwsAsync(lost, { code: 'ERR_FORKWIRE_PEER_GONE' })).delivered, 'unknown');
  },
);

withRust('a requester in Rust gets answers, failures, and word that nobody serves', async (t) => {
  const subject = newSubject();
  t.is(await ask(subject, 1), 'nobody serves the subject: the request was not delivered');
  const connection = await connectTo(t, await sharedServer());
  const port = natsPort(connection, subject);
  await serve(connection, port, ({ a, b }) => {
    if (b === undefined) throw new RangeError('b is missing');
    return { sum: a + b };
  });
  t.is(await ask(subject, { a: 1, b: 2 }), '{"sum":3}');
  t.regex(await ask(subject, { a: 1 }), /^the handler failed: \{.*"message":"b is missing"/);
});

withRust('a requester in Rust waits for room, and as long as it gets heartbeats', async (t) => {
  const subject = newSubject();
  const connection = await connectTo(t, await sharedServer());
  let finish;
  const begun = new Promise((resolve) => {
    natsPort(connection, subject).serve(
      async (n) => {
        if (n === 1) await new Promise((done) => resolve((finish = done)));
        return n;
      },
      { concurrency: 1 },
    );
  });
  await connection.flush();
  const first = ask(subject, 1);
  await begun;
  const beat = new Promise((resolve) => {
    let beats = 0;
    connection.subscribe('_INBOX.*.fw1.500.alive', { callback: () => ++beats === 4 && resolve() });
  });
  const second = ask(subject, 2);
  await beat;
  finish();
  t.deepEqual(await Promise.all([first, second]), ['1', '2']);
});
