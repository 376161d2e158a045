import { AsyncLocalStorage } from 'node:async_hooks';
import { both } from '../../helpers/cases.mjs';

const seenBy = (child, event, storage, context = (fn) => fn()) =>
  new Promise((resolve) => context(() => child.once(event, () => resolve(storage.getStore()))));

both("a 'message' listener runs in the async context of fork()", async (t, { fork }) => {
  const storage = new AsyncLocalStorage();
  const child = storage.run('of fork', () => fork('echo.cjs'));
  const seen = seenBy(child, 'message', storage, (fn) => storage.run('of on', fn));
  storage.run('of send', () => child.send('m'));
  t.is(await seen, 'of fork');
});

both("a 'message' listener of a child forked in no context has none", async (t, { fork }) => {
  const storage = new AsyncLocalStorage();
  const child = fork('echo.cjs');
  const seen = storage.run('of on', () => seenBy(child, 'message', storage));
  storage.run('of send', () => child.send('m'));
  t.is(await seen, undefined);
});

both('the contexts of two children are separate', async (t, { fork }) => {
  const storage = new AsyncLocalStorage();
  const children = ['a', 'b'].map((store) => storage.run(store, () => fork('echo.cjs')));
  const seen = children.map((child) => seenBy(child, 'message', storage));
  for (const child of children) child.send('m');
  t.deepEqual(await Promise.all(seen), ['a', 'b']);
});

both('a listener keeps its context after its first await', async (t, { fork }) => {
  const storage = new AsyncLocalStorage();
  const child = storage.run('of fork', () => fork('echo.cjs'));
  const seen = new Promise((resolve) => {
    child.once('message', async () => {
      await new Promise((go) => setImmediate(go));
      resolve(storage.getStore());
    });
  });
  child.send('m');
  t.is(await seen, 'of fork');
});
