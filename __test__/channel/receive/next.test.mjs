import { onlyForkwire } from '../../helpers/cases.mjs';
import { exited, when } from '../../helpers/child.mjs';
import { Inbox } from '../../helpers/inbox.mjs';
import { overNodeWire } from '../../helpers/node-wire.mjs';

const numbers = (count) => [...Array(count).keys()];
const given = (...messages) => [JSON.stringify(messages)];

for (const serialization of ['json', 'advanced']) {
  onlyForkwire(
    `${serialization}: next() takes one of the messages that came together`,
    async (t, { fork }) => {
      const { channel } = fork('send-given.cjs', given(1, 'two', { three: 3 }), { serialization });
      t.is(await channel.next(), 1);
      await new Promise((resolve) => setImmediate(resolve));
      t.is(await channel.next(), 'two');
      t.deepEqual(await channel.next(), { three: 3 });
    },
  );
}

overNodeWire('next() takes one of the messages that came together', async (t, { fork }) => {
  const { channel } = fork('send-given.cjs', given(1, 2, 3));
  for (const expected of [1, 2, 3]) t.is(await channel.next(), expected);
});

onlyForkwire('a child takes the messages one by one, whatever it awaits in between', async (t, { fork }) => {
  const child = fork('take-in-order.mjs');
  const inbox = new Inbox(child);
  for (const i of numbers(20)) child.send(i);
  child.send('leave');
  t.deepEqual(await inbox.next(), [...numbers(20), 'leave']);
  t.deepEqual(await exited(child), { code: 0, signal: null });
});

onlyForkwire(
  'a filter takes the first message that it matches, and the others wait in order',
  async (t, { fork }) => {
    const child = fork('send-given.cjs', given(1, 2, 'a', 3, 'b', 4));
    const { channel } = child;
    const filter = (message) => typeof message === 'string';
    t.is(await channel.next({ filter }), 'a');
    t.is(await channel.next(), 1);
    t.is(await channel.next({ filter }), 'b');
    t.is(await channel.next({ filter: (message) => message > 2 }), 3);
    const rest = [];
    for await (const message of channel.messages()) rest.push(message);
    t.deepEqual(rest, [2, 4]);
  },
);

onlyForkwire('what a filter has passed over goes to a listener that comes later', async (t, { fork }) => {
  const child = fork('send-given.cjs', given(1, 2, 'a', 3));
  t.is(await child.channel.next({ filter: (message) => message === 'a' }), 'a');
  const heard = [];
  child.on('message', (message) => heard.push(message));
  await when(child, 'disconnect');
  t.deepEqual(heard, [1, 2, 3]);
});

onlyForkwire(
  "'message' listeners get every message, and next() the one that it wants",
  async (t, { fork }) => {
    const child = fork('send-given.cjs', given(1, 2, 'a', 3));
    const heard = [];
    child.on('message', (message) => heard.push(message));
    const wanted = child.channel.next({ filter: (message) => message === 'a' });
    await when(child, 'disconnect');
    t.is(await wanted, 'a');
    t.deepEqual(heard, [1, 2, 'a', 3]);
  },
);

onlyForkwire('what a filter does not match goes to a loop that waits', async (t, { fork }) => {
  const child = fork('send-given.cjs', given(1, 'a', 2));
  const wanted = child.channel.next({ filter: (message) => message === 'a' });
  const rest = [];
  for await (const message of child.channel.messages()) rest.push(message);
  t.is(await wanted, 'a');
  t.deepEqual(rest, [1, 2]);
});

onlyForkwire('a filter that throws rejects its call, and takes nothing', async (t, { fork }) => {
  const child = fork('send-given.cjs', given(1));
  const fault = new Error('cannot judge');
  const filter = () => {
    throw fault;
  };
  t.is(await t.throwsAsync(child.channel.next({ filter })), fault);
  t.is(await child.channel.next(), 1);
});

onlyForkwire('a filter may take messages itself', async (t, { fork }) => {
  const { channel } = fork('send-given.cjs', given(1, 2, 3));
  let inner;
  const filter = (message) => {
    inner ??= channel.next();
    return message === 3;
  };
  t.is(await channel.next({ filter }), 3);
  t.is(await inner, 1);
  t.is(await channel.next(), 2);
});

onlyForkwire('an abort ends the wait, and the message goes to the next call', async (t, { fork }) => {
  const child = fork('echo.cjs');
  const { channel } = child;
  const controller = new AbortController();
  const reason = new Error('too late');
  const wait = channel.next({ signal: controller.signal });
  controller.abort(reason);
  t.is(await t.throwsAsync(wait), reason);
  t.is(await t.throwsAsync(channel.next({ signal: controller.signal })), reason);
  child.send('hello');
  t.is(await channel.next(), 'hello');
});

onlyForkwire('next() rejects when the channel ends without a message for it', async (t, { fork }) => {
  const child = fork('send-given.cjs', given(1));
  const { channel } = child;
  await t.throwsAsync(channel.next({ filter: () => false }), { code: 'ERR_IPC_CHANNEL_CLOSED' });
  t.is(await channel.next(), 1);
  await t.throwsAsync(channel.next(), { code: 'ERR_IPC_CHANNEL_CLOSED' });
});

onlyForkwire('a filter gives up when too much waits that it does not match', async (t, { fork }) => {
  const child = fork('send-then-disconnect.cjs', ['20000', '1000']);
  const { channel } = child;
  await t.throwsAsync(channel.next({ filter: () => false }), { code: 'ERR_FORKWIRE_UNMATCHED' });
  const { received } = channel.stats();
  t.true(received.bytes < 19e6 + received.backlog, 'it has stopped reading');
  const all = [];
  for await (const { i } of channel.messages()) all.push(i);
  t.deepEqual(all, numbers(20_000));
});

onlyForkwire('invalid options are refused', async (t, { fork }) => {
  const { channel } = fork('idle.cjs');
  for (const options of [null, 1, [], { filter: 1 }, { signal: 1 }]) {
    await t.throwsAsync(channel.next(options), { code: 'ERR_INVALID_ARG_TYPE' });
  }
});

onlyForkwire(
  'a filter that cancels its own next() leaves the message to the one after',
  async (t, { share }) => {
    const child = await share('echo.cjs');
    const { channel } = child;
    const cancelled = async (wanted) => {
      const controller = new AbortController();
      const filter = (message) => {
        if (message === wanted) controller.abort(new Error('in the filter'));
        return true;
      };
      await t.throwsAsync(channel.next({ filter, signal: controller.signal }), { message: 'in the filter' });
    };
    child.send('on arrival');
    await cancelled('on arrival');
    t.is(await channel.next(), 'on arrival');
    // One that is kept already, because another filter did not want it.
    child.send('kept');
    child.send('other');
    t.is(await channel.next({ filter: (message) => message === 'other' }), 'other');
    const later = channel.next({ filter: (message) => message === 'last' });
    await cancelled('kept');
    t.is(await channel.next(), 'kept');
    child.send('last');
    t.is(await later, 'last');
  },
);
