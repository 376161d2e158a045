import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { natsPort } from 'forkwire/nats';
import { closed, endWithTest, fixture } from '../helpers/child.mjs';
import { cliFile, forkwireCommand } from '../helpers/cli.mjs';
import { once } from '../helpers/events.mjs';
import { connectTo, newSubject, sharedServer, withNats } from '../helpers/nats.mjs';
import test from '../helpers/test.mjs';

const WORKER = fixture('nats/worker.cjs');
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Starts the command, and waits until it has said that it is ready. */
async function startCommand(t, args, env) {
  const server = await sharedServer();
  const subject = newSubject();
  const child = spawn(process.execPath, [cliFile, 'nats', '--subject', subject, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NATS_URL: server.url, ...env },
  });
  endWithTest(t, child);
  const [out, err] = [createInterface(child.stdout), createInterface(child.stderr)];
  const [ready] = await once(out, 'line');
  const connection = await connectTo(t, server);
  return {
    child,
    out,
    err,
    ready,
    subject,
    server,
    requester: natsPort(connection, subject),
  };
}

for (const more of [[], ['--prefork', '1']])
  withNats(`the command serves a subject until SIGTERM (${more.join(' ')})`, async (t) => {
    const { child, out, ready, subject, requester } = await startCommand(t, [
      '--workers',
      '2',
      ...more,
      WORKER,
      '--flag',
    ]);
    t.regex(ready, new RegExp(`^2 workers answer requests on ${subject} of 127.0.0.1:\\d+$`));
    t.deepEqual(
      await requester.request({ do: 'argv' }),
      ['--flag'],
      'what follows the file is for the workers',
    );
    const pids = new Set(
      await Promise.all(Array.from({ length: 20 }, () => requester.request({ do: 'pid' }))),
    );
    t.is(pids.size, 2);
    const taken = requester.request({ do: 'wait' });
    while (requester.stats().underWay < 1) await turn();
    await requester.request({ n: 1 });
    const [end, [line]] = [closed(child), (child.kill('SIGTERM'), await once(out, 'line'))];
    t.is(line, 'SIGTERM: no further requests, 1 under way');
    t.is((await t.throwsAsync(requester.request({}), { code: 'ERR_FORKWIRE_NO_HANDLER' })).delivered, 'no');
    for (const pid of pids) process.kill(pid, 'SIGUSR2');
    t.is(await taken, 'waited');
    t.deepEqual(await end, { code: 0, signal: null });
    t.throws(() => process.kill([...pids][0], 0), { code: 'ESRCH' });
  });

withNats('the command starts a worker again that has died, and says so', async (t) => {
  const { err, requester } = await startCommand(t, ['--workers', '1', WORKER]);
  const said = once(err, 'line');
  await t.throwsAsync(requester.request({ do: 'exit' }), { code: 'ERR_FORKWIRE_PEER_GONE' });
  t.regex((await said)[0], /^forkwire: worker \d+ has ended \(exit code 3\), another one starts in 100 ms$/);
  t.deepEqual(await requester.request({ n: 1 }), { n: 1 });
});

withNats('a mistake on the command line is one line', async (t) => {
  const { url: NATS_URL } = await sharedServer();
  const command = (...args) => forkwireCommand(t, ['nats', ...args], { env: { NATS_URL } });
  for (const [args, message] of [
    [['--subject', 'a'], 'missing the file of the workers'],
    [[WORKER], 'missing --subject'],
    [['--subject', 'a', '/missing.js'], 'there is no file /missing.js'],
    [['--subject', 'a', '--workers', 'x', WORKER], '"options.workers" is out of range'],
    [['--subject', 'a b', WORKER], 'must be words joined by dots'],
    [['--subject', 'a', '--creds', '/missing', WORKER], 'ENOENT'],
    [['--sub', 'a', WORKER], "Unknown option '--sub'"],
  ]) {
    const { code, stdout, stderr } = await command(...args);
    t.deepEqual(
      { code, stdout, lines: stderr.split('\n').length },
      { code: 2, stdout: '', lines: 2 },
      stderr,
    );
    t.true(stderr.includes(message), stderr);
  }
});

test('a server that cannot be reached is one line', async (t) => {
  const args = ['nats', '--subject', 'a', '--server', '127.0.0.1:1', WORKER];
  const { code, stderr } = await forkwireCommand(t, args);
  t.is(code, 1);
  t.regex(stderr, /^forkwire: cannot connect to 127.0.0.1:1: .+\n$/);
});
