// Memory of the sender while its messages cannot leave: the child is stopped, then goes on and must get them all.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { withChild } from '../lib/with-child.mjs';
import { Unsupported } from '../lib/unsupported.mjs';
import messageKinds from '../lib/messages.cjs';
import sequences from '../lib/sequence.cjs';

// Turns of the event loop in which an implementation may gather messages or hand them to other threads.
const TURNS = 20;

/** Not scaled: memory does not grow in proportion. */
export function unsentMemory({ name, title, bytes, count, maxRounds }) {
  const metrics = [{ id: 'rss', unit: 'MB', better: 'lower' }];

  async function run(implementation) {
    if (process.platform === 'win32') throw new Unsupported('processes cannot be stopped on Windows');
    const { make } = messageKinds.messages('object', bytes);
    let grown;
    const args = ['object', bytes, 1, count].map(String);
    await withChild(implementation, 'sink.cjs', { args }, async (child, nextMessage) => {
      const ready = nextMessage();
      child.send(make(0));
      await ready;
      const reply = nextMessage();
      const sent = new sequences.Sequence();
      process.kill(child.pid, 'SIGSTOP');
      try {
        const idle = process.memoryUsage().rss;
        for (let seq = 0; seq < count; seq++) {
          sent.add(seq);
          child.send(make(seq));
        }
        for (let turn = 0; turn < TURNS; turn++) await nextTurn();
        grown = process.memoryUsage().rss - idle;
      } finally {
        process.kill(child.pid, 'SIGCONT');
      }
      sent.compare(await reply);
    });
    return { rss: grown / 1e6 };
  }

  return { name, title, metrics, run, maxRounds };
}
