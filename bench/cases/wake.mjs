// Two ends wake each other by numbers in shared memory. The time of one wake-up is half of that there and back.
import { quantile } from '../lib/statistics.mjs';
import { loadShared } from '../lib/shared.mjs';
import { runTurns, waitsOf } from '../lib/waits.mjs';
import { withPeer } from '../lib/with-peer.mjs';

const BYTES = 4096;

const metrics = [
  { id: 'async', label: 'waitAsync', unit: 'us', better: 'lower' },
  { id: 'blocking', label: 'wait', unit: 'us', better: 'lower' },
];

/** `{ buffer, memory, send(end, message) }` */
const makers = {
  async forkwire() {
    const { SharedMemory } = await loadShared();
    const memory = SharedMemory.create(BYTES);
    return { buffer: memory.buffer, memory, send: (end, message) => end.send(message, memory) };
  },
  threads() {
    const buffer = new SharedArrayBuffer(BYTES);
    return { buffer, send: (end, message) => end.send({ ...message, buffer }) };
  },
};

export function wakeUp({ name, title, count }) {
  async function run(way, scale) {
    const values = {};
    for (const { id } of metrics) {
      const { buffer, memory, send } = await makers[way]();
      const microseconds = new Float64Array(scale(count));
      await withPeer(way, 'wake.mjs', {}, async (end, nextMessage) => {
        const ready = nextMessage();
        send(end, { count: microseconds.length, kind: id });
        await ready;
        let begun;
        await runTurns({
          ...waitsOf(buffer, memory),
          count: microseconds.length,
          kind: id,
          first: true,
          begin: () => (begun = performance.now()),
          done: (turn) => (microseconds[turn] = (performance.now() - begun) * 500),
        });
      });
      values[id] = quantile(microseconds, 0.5);
    }
    return values;
  }

  return { name, title, topic: 'memory', only: Object.keys(makers), metrics, run };
}
