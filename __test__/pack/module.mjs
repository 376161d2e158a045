// An ES module; its child imports the channel.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import * as forkwire from 'forkwire';
import { channel } from 'forkwire/child';

if (channel === undefined) {
  assert.equal(forkwire.default.fork, forkwire.fork);
  const child = forkwire.fork(new URL(import.meta.url), { serialization: 'advanced' });
  assert.equal(child.wire, 'native');
  child.send(new Map([['import', 1n]]));
  assert.deepEqual(await once(child, 'message'), [new Map([['import', 1n]]), undefined]);
  child.disconnect();
} else {
  channel.once('message', (message) => channel.send(message));
}
