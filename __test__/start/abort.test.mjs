import { both } from '../helpers/cases.mjs';
import { exited } from '../helpers/child.mjs';
import { once } from '../helpers/events.mjs';
import { Inbox } from '../helpers/inbox.mjs';

const caught = (child) => new Promise((resolve) => child.once('error', resolve));

both('options.signal ends the child with an AbortError', async (t, { fork }) => {
  const controller = new AbortController();
  const child = fork('idle.cjs', { signal: controller.signal });
  await once(child, 'spawn');
  const error = caught(child);
  controller.abort('because');
  const { name, code, cause } = await error;
  t.deepEqual([name, code, cause], ['AbortError', 'ABORT_ERR', 'because']);
  t.true(child.killed);
  t.deepEqual(await exited(child), { code: null, signal: 'SIGTERM' });
});

both('a signal that is aborted already ends the child at once', async (t, { fork }) => {
  const child = fork('idle.cjs', { signal: AbortSignal.abort() });
  t.is((await caught(child)).name, 'AbortError');
  t.deepEqual(await exited(child), { code: null, signal: 'SIGTERM' });
});

both('options.signal uses options.killSignal', async (t, { fork }) => {
  const controller = new AbortController();
  const { signal } = controller;
  const child = fork('ignore-sigterm.cjs', { signal, killSignal: 'SIGKILL' });
  await new Inbox(child).next();
  child.on('error', () => {});
  controller.abort();
  t.deepEqual(await exited(child), { code: null, signal: 'SIGKILL' });
});

both('options.timeout ends the child', async (t, { fork }) => {
  const child = fork('idle.cjs', { timeout: 5 });
  t.deepEqual(await exited(child), { code: null, signal: 'SIGTERM' });
  t.true(child.killed);
});

both('options.timeout uses options.killSignal, a number too', async (t, { fork }) => {
  for (const killSignal of ['SIGKILL', 9]) {
    const child = fork('ignore-sigterm.cjs', { timeout: 5, killSignal });
    t.deepEqual(await exited(child), { code: null, signal: 'SIGKILL' });
  }
});

both('kill() and signals stay those of the ChildProcess', async (t, { fork }) => {
  const child = fork('ignore-sigterm.cjs');
  const inbox = new Inbox(child);
  await inbox.next();
  t.true(child.kill(0));
  t.true(child.kill());
  t.true(child.kill('SIGINT'));
  t.deepEqual(await exited(child), { code: null, signal: 'SIGINT' });
  t.false(child.kill());
});

both('Symbol.dispose ends the child', async (t, { fork }) => {
  const child = fork('idle.cjs');
  child[Symbol.dispose]();
  t.deepEqual(await exited(child), { code: null, signal: 'SIGTERM' });
});
