import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import * as forkwire from '../../dist/index.mjs';
import { endWithTest, fixture } from '../helpers/child.mjs';
import { Inbox } from '../helpers/inbox.mjs';
import test from '../helpers/test.mjs';

const stdio = ['ignore', 'pipe', 'inherit', 'ipc'];

for (const [name, start] of [
  ['fork', (latency) => forkwire.fork('never-started.cjs', { latency })],
  ['spawn', (latency) => forkwire.spawn(process.execPath, ['never-started.cjs'], { stdio, latency })],
]) {
  test(`${name}() throws for a latency that does not exist, and starts nothing`, (t) => {
    for (const latency of ['none', 'Low', 1, null]) {
      const error = t.throws(() => start(latency), { code: 'ERR_INVALID_ARG_TYPE' });
      t.true(
        error.message.includes("\"options.latency\" property must be one of 'low', 'balanced', 'idle'"),
        error.message,
      );
    }
  });
}

for (const latency of ['low', 'balanced', 'idle', undefined]) {
  test(`the child is informed of the latency ${latency ?? 'that nobody has chosen'}`, async (t) => {
    const print = 'console.log(process.env.FORKWIRE_CHANNEL)';
    const options = { stdio, wire: 'native', latency };
    const child = forkwire.spawn(process.execPath, ['--eval', print], options);
    const [printed] = await Promise.all([text(child.stdout), once(child, 'close')]);
    t.is(JSON.parse(printed).latency, latency ?? 'balanced');
  });
}

for (const wire of ['native', 'node']) {
  for (const latency of ['low', 'balanced', 'idle']) {
    test(`a conversation with ${latency} latency goes on, on the ${wire} wire`, async (t) => {
      const child = forkwire.fork(fixture('echo.cjs'), { wire, latency });
      endWithTest(t, child);
      t.is(child.wire, wire);
      const inbox = new Inbox(child);
      for (let i = 0; i < 100; i++) {
        child.send(i);
        t.is(await inbox.next(), i);
      }
    });
  }
}
