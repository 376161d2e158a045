// Bytes are handed to the other end, which answers when it has looked at them. The sender writes into the same memory each time.
import { quantile } from '../lib/statistics.mjs';
import { fill, mark } from '../lib/marked.mjs';
import { loadShared } from '../lib/shared.mjs';
import { withPeer } from '../lib/with-peer.mjs';

const WARM_UP = 2;
/** A slow contestant hands over fewer. */
const ENOUGH_MS = 1_000;
const LEAST = 3;

const metrics = [
  { id: 'ends', label: 'both ends looked at', unit: 'us', better: 'lower' },
  { id: 'whole', label: 'every byte read', unit: 'us', better: 'lower' },
];

/** `{ bytes, send(end, message) }`: what is written into, and how it is handed over. */
const makers = {
  async forkwire(size) {
    const { SharedMemory } = await loadShared();
    const memory = SharedMemory.create(size);
    return { bytes: new Uint8Array(memory.buffer), send: (end, message) => end.send(message, memory) };
  },
  threads(size) {
    const bytes = new Uint8Array(new SharedArrayBuffer(size));
    return { bytes, send: (end, message) => end.send({ ...message, bytes }) };
  },
  stock(size) {
    const bytes = Buffer.alloc(size);
    return { bytes, send: (end, message) => end.send({ ...message, bytes }) };
  },
};
makers['forkwire-send'] = makers.stock;

/** `size` in bytes. */
export function handOver({ name, title, size, count, maxRounds }) {
  async function run(way, scale, { quick }) {
    const { bytes, send } = await makers[way](size);
    fill(bytes);
    const serialization = way === 'forkwire' ? 'json' : 'advanced';
    const values = {};
    await withPeer(way, 'hand-over.mjs', { serialization }, async (end, nextMessage) => {
      await nextMessage();
      for (const { id } of metrics) values[id] = await timeAll(end, nextMessage, id === 'whole');
    });
    return values;

    /** Microseconds, p50. */
    async function timeAll(end, nextMessage, whole) {
      const microseconds = [];
      const until = performance.now() + (quick ? ENOUGH_MS / 5 : ENOUGH_MS);
      for (let seq = -WARM_UP; seq < scale(count); seq++) {
        const number = seq + WARM_UP;
        mark(bytes, number);
        const reply = nextMessage();
        const begun = performance.now();
        send(end, { seq: number, whole });
        const { seq: answered, intact } = await reply;
        if (seq >= 0) microseconds.push((performance.now() - begun) * 1000);
        if (answered !== number || !intact) throw new Error(`the bytes of message ${number} were not intact`);
        if (microseconds.length >= LEAST && performance.now() > until) break;
      }
      return quantile(microseconds, 0.5);
    }
  }

  return { name, title, topic: 'memory', only: Object.keys(makers), metrics, maxRounds, run };
}
