import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Inbox } from '../helpers/inbox.mjs';
import { SharedMemory, memoriesOf, sharing } from '../helpers/memory.mjs';

const COUNT = 5000;
const LIMIT = 1024;

/** Descriptors that this process may open. */
const most = () =>
  Number(/Max open files\s+(\d+|unlimited)/.exec(readFileSync('/proc/self/limits', 'utf8'))[1]);

function limit(pid, count) {
  try {
    execFileSync('prlimit', ['--pid', String(pid), `--nofile=${count}`]);
    return true;
  } catch {
    return false;
  }
}

sharing('a process holds 5,000 received memories, whatever its limit of descriptors', async (t, { fork }) => {
  if (most() < COUNT + 1000) return t.pass('too few descriptors for those that this process makes');
  const child = fork('hold-memories.cjs');
  const inbox = new Inbox(child);
  const own = [];
  for (let at = 0; at < COUNT; at++) {
    const memory = SharedMemory.create(64);
    new Int32Array(memory.buffer)[0] = at;
    own.push(memory);
  }
  if (!limit(child.pid, LIMIT)) return t.pass('prlimit is not here');
  // No more at a time than what the limit leaves for those that wait to be taken.
  for (let at = 0; at < COUNT; at += 100) {
    const settled = own
      .slice(at, at + 100)
      .map((memory) => new Promise((resolve) => child.send('hold', memory, resolve)));
    t.deepEqual(new Set(await Promise.all(settled)), new Set([null]));
  }
  child.send('report');
  t.deepEqual(await inbox.next(), { count: COUNT, sound: true });
  const { mapped, open } = memoriesOf(child.pid);
  t.is(mapped, COUNT);
  t.true(open > 0 && open <= LIMIT / 4 + 1, `${open} descriptors`);

  // Those that it has a descriptor of go on.
  child.send({ return: 0 });
  const { message, handle } = await inbox.nextWithHandle();
  t.deepEqual(message, { returned: 0 });
  t.is(handle, own[0]);
  child.send({ return: COUNT - 1 });
  t.deepEqual(await inbox.next(), { code: 'ERR_FORKWIRE_MEMORY_CLOSED' });
});
