// What few children need of channels.js is a part of its own, which costs a child milliseconds when it is first used.
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onlyForkwire } from '../helpers/cases.mjs';
import { Inbox } from '../helpers/inbox.mjs';

const onLinux = process.platform === 'linux' ? onlyForkwire : onlyForkwire.skip;

/** How many parts of channels.js a child has compiled that echoes these messages, by V8's log. */
async function partsCompiled(t, fork, messages) {
  const folder = mkdtempSync(join(tmpdir(), 'forkwire-log-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const log = join(folder, 'v8.log');
  const execArgv = ['--log-function-events', `--logfile=${log}`, '--no-logfile-per-isolate'];
  const child = fork('echo.cjs', [], { execArgv });
  const exit = once(child, 'exit');
  const inbox = new Inbox(child);
  for (const message of messages) child.send(message);
  t.deepEqual(await inbox.take(messages.length), messages);
  child.disconnect();
  await exit;
  return readFileSync(log, 'utf8').match(/^script-details,.*channels\.js,/gm)?.length;
}

onLinux('a child that exchanges a few messages does without the late part', async (t, { fork }) => {
  t.is(await partsCompiled(t, fork, ['text', { n: 1 }, { n: 2, list: ['x'] }, null, 5]), 1);
});

onLinux('a child that sends many messages of one shape compiles the late part', async (t, { fork }) => {
  const messages = Array.from({ length: 100 }, (_, n) => ({ n, text: 'x' }));
  t.is(await partsCompiled(t, fork, messages), 2);
});
