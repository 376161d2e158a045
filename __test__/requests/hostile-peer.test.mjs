import test from '../helpers/test.mjs';
import { when } from '../helpers/child.mjs';
import { rejection } from '../helpers/rejection.mjs';
import { startRawPeer } from '../helpers/raw-peer.mjs';

const FLOOD = '300000';
const MEMORY = 150e6;

for (const [title, handler, ...how] of [
  ['that are answered', () => 1],
  ['that are not answered', () => new Promise(() => {})],
  ['that are given up', () => new Promise(() => {}), 'cancels'],
]) {
  test(`a peer that floods with requests ${title}, and reads nothing, is stopped`, async (t) => {
    const child = startRawPeer(t, { wire: 'native' }, 'requests', FLOOD, ...how);
    const before = process.memoryUsage().rss;
    let most = 0;
    child.channel.serve((message) => {
      most += 1;
      return handler(message);
    });
    const over = when(child, 'disconnect');
    const [error] = await when(child, 'error');
    t.is(error.code, 'ERR_FORKWIRE_MALFORMED');
    t.regex(error.message, /more requests under way than one channel allows/);
    await over;
    t.true(most >= 65_536 && most < 300_000, `${most}`);
    t.true(process.memoryUsage().rss - before < MEMORY);
  });
}

test('requests that wait for a handler stop the peer at the limit of what is held', async (t) => {
  const child = startRawPeer(t, { wire: 'native' }, 'requests', FLOOD);
  const { channel } = child;
  let received = -1;
  // Until nothing more arrives.
  while (received !== channel.stats().received.bytes || received === 0) {
    received = channel.stats().received.bytes;
    for (let turn = 0; turn < 2000; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
  t.true(channel.stats().received.backlog <= 2 << 20, `${channel.stats().received.backlog}`);
  t.true(channel.stats().received.requestsInFlight < 65_536);
});

for (const description of [
  '{"message":"m","class":"DOMException","name":{"toString":5}}',
  '{"message":"m","class":"DOMException","name":null,"stack":5,"own":{"__proto__":1,"constructor":2}}',
  '{"message":"m","class":"AggregateError","errors":{"length":1e9}}',
  '{"message":"m","class":"__proto__","name":[],"cause":{"cause":5},"own":[1]}',
]) {
  test(`a failure that is described wrongly rejects its request: ${description}`, async (t) => {
    const child = startRawPeer(t, { wire: 'native' }, 'fails a request', description);
    const error = await rejection(child.channel.request('anything'));
    t.is(error.message, 'm');
  });
}
