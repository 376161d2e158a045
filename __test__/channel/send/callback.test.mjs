import { AsyncLocalStorage } from 'node:async_hooks';
import { both, compared } from '../../helpers/cases.mjs';
import { Inbox } from '../../helpers/inbox.mjs';
import { reportOf } from '../../helpers/program.mjs';
import { stop } from '../../helpers/stopped.mjs';

const immediate = () => new Promise((resolve) => setImmediate(resolve));

for (const [form, argsBefore] of Object.entries({
  second: [],
  third: [undefined],
  'third, after a null handle': [null],
  fourth: [undefined, {}],
  'fourth, after undefined options': [undefined, undefined],
})) {
  both(`calls the callback given as ${form} argument with null alone`, async (t, { fork }) => {
    const child = fork('idle.cjs');
    const got = await new Promise((resolve) => child.send('m', ...argsBefore, (...args) => resolve(args)));
    t.deepEqual(got, [null]);
  });
}

both('calls the callback on the next tick', async (t, { fork }) => {
  const child = fork('idle.cjs');
  const log = [];
  process.nextTick(() => log.push('tick before'));
  child.send('m', () => log.push('callback'));
  process.nextTick(() => log.push('tick after'));
  log.push('send returned');
  await immediate();
  t.deepEqual(log, ['send returned', 'tick before', 'callback', 'tick after']);
});

both('calls the callbacks of one tick in the order of the sends, before other work', async (t, { fork }) => {
  const child = fork('idle.cjs');
  const log = [];
  for (let i = 0; i < 100; i++) child.send(i, () => log.push(i));
  t.deepEqual(log, []);
  await immediate();
  t.deepEqual(log, [...Array(100).keys()]);
});

both('calls each callback once, also across ticks', async (t, { fork }) => {
  const child = fork('idle.cjs');
  const calls = Array(50).fill(0);
  const all = [];
  for (let i = 0; i < 50; i++) {
    all.push(new Promise((resolve) => child.send(i, () => resolve(calls[i]++))));
    if (i % 10 === 0) await immediate();
  }
  await Promise.all(all);
  await new Promise((resolve) => child.send('last', resolve));
  t.deepEqual(calls, Array(50).fill(1));
});

both('sends from inside a callback', async (t, { share }) => {
  const child = share('echo.cjs');
  const inbox = new Inbox(child);
  child.send(1, () => child.send(2, () => child.send(3)));
  t.deepEqual(await inbox.take(3), [1, 2, 3]);
});

both('calls back only when the kernel has taken a large message', async (t, { fork }) => {
  const child = fork('idle.cjs');
  const resume = await stop(child);
  let settled = false;
  const sent = new Promise((resolve) => child.send('x'.repeat(8 << 20), resolve)).then((error) => {
    settled = true;
    return error;
  });
  for (let i = 0; i < 10; i++) await immediate();
  t.false(settled);
  resume();
  t.is(await sent, null);
});

both('calls the callback in the async context of its send', async (t, { fork }) => {
  const storage = new AsyncLocalStorage();
  const child = fork('idle.cjs');
  const seen = await Promise.all(
    ['first', 'second', 'third'].map((store) =>
      storage.run(
        store,
        () => new Promise((resolve) => child.send(store, () => resolve(storage.getStore()))),
      ),
    ),
  );
  t.deepEqual(seen, ['first', 'second', 'third']);
});

both('calls a callback that waited in the async context of its send', async (t, { fork }) => {
  const storage = new AsyncLocalStorage();
  const child = fork('idle.cjs');
  const resume = await stop(child);
  const seen = ['first', 'second'].map((store) =>
    storage.run(
      store,
      () => new Promise((resolve) => child.send('x'.repeat(4 << 20), () => resolve(storage.getStore()))),
    ),
  );
  resume();
  t.deepEqual(await Promise.all(seen), ['first', 'second']);
});

compared('an error thrown by a callback is uncaught, and later callbacks come', (t, implementation) =>
  reportOf(t, implementation, 'throw-in-callback.mjs'),
);
