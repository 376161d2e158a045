import { both, compared, onlyForkwire } from '../helpers/cases.mjs';
import { fixture } from '../helpers/child.mjs';
import { once, recordEvents } from '../helpers/events.mjs';
import { forkwire } from '../helpers/implementations.mjs';
import { reportOf } from '../helpers/program.mjs';

const cwd = fixture('no-such-folder');

compared('the error of a child that could not start', async (t, { fork }) => {
  const child = fork('idle.cjs', ['a'], { cwd });
  t.is(child.pid, undefined);
  const { name, code, errno, syscall, path, spawnargs, message } = await new Promise((resolve) =>
    child.once('error', resolve),
  );
  return { name, code, errno, syscall, path, spawnargs, message, exitCode: child.exitCode };
});

both('a child that could not start has no exit, and its channel ends', async (t, { fork, native }) => {
  const child = fork('idle.cjs', { cwd });
  const events = recordEvents(child, ['spawn', 'error', 'exit', 'disconnect', 'close']);
  await Promise.all(
    ['disconnect', 'close'].map((event) => new Promise((resolve) => child.once(event, resolve))),
  );
  // Stock Node emits 'close' before 'disconnect' here.
  if (native) t.deepEqual(events, ['error', 'disconnect', 'close']);
  else t.deepEqual([...events].sort(), ['close', 'disconnect', 'error']);
  t.false(child.connected);
});

both('messages sent to a child that could not start do no harm', async (t, { fork }) => {
  const child = fork('idle.cjs', { cwd });
  child.on('error', () => {});
  const settled = new Promise((resolve) => child.send('lost', resolve));
  await new Promise((resolve) => child.once('close', resolve));
  await settled;
  t.false(child.send('later', () => {}));
});

both('a module that does not exist ends the child with Node’s own message', async (t, { fork }) => {
  const child = fork('no-such-file.cjs', { silent: true });
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (chunk) => (text += chunk));
  t.deepEqual(await once(child, 'close'), [1, null]);
  t.regex(text, /Cannot find module '.*no-such-file\.cjs'/);
  // forkwire's preload does not appear in the require stack of the missing file.
  t.regex(text, /requireStack: \[\]/);
});

for (const driver of ['loop', 'task']) {
  onlyForkwire(`fork() without free descriptors fails alone, and works again later: ${driver}`, async (t) => {
    const env = { ...process.env, FORKWIRE_DRIVER: driver };
    // A group of its own: a signal to its whole group must not end the tests.
    const options = { env, detached: true };
    const outcomes = await reportOf(t, forkwire, 'fork-without-descriptors.mjs', [], options);
    if (outcomes.length === 0) return t.pass('prlimit is not here');
    t.is(outcomes.at(-1), 'answered');
    t.deepEqual(new Set(outcomes), new Set(['EMFILE', 'answered']));
  });
}
