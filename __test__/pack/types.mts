// What a program in TypeScript imports. Compiled as ES module, as CommonJS and for a bundler, and run as the first two.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { resolve } from 'node:path';
import 'forkwire/register';
import { fork, spawn } from 'forkwire';
import type { ChannelStats, ChildProcess, ForkOptions, SpawnOptions, Wire } from 'forkwire';
import { channel } from 'forkwire/child';
import type { ParentChannel } from 'forkwire/child';

const options: ForkOptions = { highWaterMark: 1024, serialization: 'json' };
const others: SpawnOptions = { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] };
const none: ParentChannel | undefined = channel;
const children: ChildProcess[] = [
  fork(resolve('child.mjs'), options),
  spawn(process.execPath, [resolve('child.mjs')], others),
];

async function main(): Promise<void> {
  assert.equal(none, undefined);
  for (const child of children) {
    const wire: Wire = child.wire;
    child.send({ wire });
    const [answer] = (await once(child, 'message')) as [{ got: { wire: Wire } }];
    assert.deepEqual(answer, { got: { wire } });
    const stats: ChannelStats | undefined = child.channel?.stats?.();
    assert.equal(stats?.received.messages, 1);
  }
}

void main();
