import { onEachWire } from '../helpers/each-wire.mjs';
import { getEventListeners } from 'node:events';
import { Inbox } from '../helpers/inbox.mjs';
import { rejection } from '../helpers/rejection.mjs';

const SERVE = 'requests/serve.cjs';

onEachWire('an aborted signal rejects at once and aborts the signal of the handler', async (t, { fork }) => {
  const child = fork(SERVE);
  const inbox = new Inbox(child);
  const { channel } = child;
  const controller = new AbortController();
  const reason = new Error('not needed any more');
  const request = channel.request({ do: 'untilAborted' }, { signal: controller.signal });
  t.is(await inbox.next(), 'begun');
  controller.abort(reason);
  t.is(await t.throwsAsync(request), reason);
  t.deepEqual(await inbox.next(), { aborted: 'AbortError' });
  t.is(await channel.request({ do: 'add', a: 1, b: 2 }), 3, 'the late answer is dropped');
  t.is(channel.stats().sent.requestsInFlight, 0);
});

onEachWire('a signal that is aborted already sends nothing', async (t, { share }) => {
  const { channel } = await share(SERVE);
  const before = channel.stats().sent.messages;
  const reason = new Error('early');
  const request = channel.request({ do: 'never' }, { signal: AbortSignal.abort(reason) });
  t.is(await t.throwsAsync(request), reason);
  t.is(channel.stats().sent.messages, before);
});

onEachWire('a signal that is aborted while the message is serialized counts', async (t, { share }) => {
  const { channel } = await share(SERVE);
  const controller = new AbortController();
  const reason = new Error('in toJSON()');
  const message = {
    toJSON() {
      controller.abort(reason);
      return { do: 'never' };
    },
  };
  t.is(await t.throwsAsync(channel.request(message, { signal: controller.signal })), reason);
  t.is(channel.stats().sent.requestsInFlight, 0);
});

onEachWire('a signal needs no more than Node asks of one', async (t, { share }) => {
  const { channel } = await share(SERVE);
  const reason = new Error('of a polyfill');
  const aborted = { aborted: true, reason };
  t.is(await t.throwsAsync(channel.request({ do: 'never' }, { signal: aborted })), reason);
  t.is(await t.throwsAsync(channel.post(1, { signal: aborted })), reason);
  t.is(await t.throwsAsync(channel.next({ signal: aborted })), reason);
});

onEachWire('a timeout is a TimeoutError, and aborts the signal of the handler', async (t, { fork }) => {
  const child = fork(SERVE);
  const inbox = new Inbox(child);
  const { channel } = child;
  await channel.request({ do: 'add', a: 1, b: 2 }); // it is there
  const request = channel.request({ do: 'untilAborted' }, { timeout: 50 });
  const error = await rejection(request);
  t.true(error instanceof DOMException);
  t.is(error.name, 'TimeoutError');
  t.is(error.code, DOMException.TIMEOUT_ERR);
  t.is(await inbox.next(), 'begun');
  t.deepEqual(await inbox.next(), { aborted: 'AbortError' });
});

onEachWire('an answer in time leaves no listener on the signal', async (t, { share }) => {
  const { channel } = await share(SERVE);
  const { signal } = new AbortController();
  const all = Array.from({ length: 100 }, () => channel.request({ do: 'add', a: 1, b: 2 }, { signal }));
  t.is(getEventListeners(signal, 'abort').length, 1, 'one for all of them');
  await Promise.all(all);
  t.is(getEventListeners(signal, 'abort').length, 0);
});

onEachWire('an answer in time leaves no timer', async (t, { share }) => {
  const { channel } = await share(SERVE);
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  const request = channel.request({ do: 'add', a: 1, b: 2 }, { timeout: 2 ** 31 - 1 });
  t.is(timers(), before + 1);
  t.is(await request, 3);
  t.is(timers(), before);
});

onEachWire('requests that are given up do not add up at either end', async (t, { fork }) => {
  const { channel } = fork(SERVE);
  for (let round = 0; round < 20; round++) {
    const controller = new AbortController();
    const all = Array.from({ length: 100 }, () =>
      channel.request({ do: 'never' }, { signal: controller.signal }),
    );
    controller.abort();
    const settled = await Promise.allSettled(all);
    t.true(settled.every(({ reason }) => reason.name === 'AbortError'));
  }
  t.is(await channel.request({ do: 'add', a: 1, b: 2 }), 3);
  t.is(channel.stats().sent.requestsInFlight, 0);
});

onEachWire('the handler sees that its requester is gone', async (t, { fork }) => {
  const child = fork('requests/ask-and-exit.cjs');
  const reason = await new Promise((resolve) => {
    child.channel.serve(
      (_, { signal }) =>
        new Promise(() => {
          signal.addEventListener('abort', () => resolve(signal.reason));
        }),
    );
  });
  t.is(reason.code, 'ERR_FORKWIRE_PEER_GONE');
});
