// Messages through a ring in shared memory, beside the same as Buffers over a channel, and beside the copying alone.
import { once } from 'node:events';
import { loadImplementation } from '../lib/implementations.mjs';
import { fill, isMarked, mark } from '../lib/marked.mjs';
import { sendHonouring } from '../lib/sending.mjs';
import { loadShared } from '../lib/shared.mjs';
import { channelOf, withPeer } from '../lib/with-peer.mjs';

const WARM_UP_PART = 0.1;
/** Bytes that no processor's cache holds. */
const OUT_OF_CACHE = 2 ** 28;

const metrics = [
  { id: 'ends', label: 'both ends looked at', unit: 'GB/s', better: 'higher' },
  { id: 'whole', label: 'every byte read', unit: 'GB/s', better: 'higher' },
];

/** `bytes` of a message; a ring of `slots`. */
export function ring({ name, title, bytes: size, slots, count }) {
  /** Each runs `measure(pass)`, where `pass(count, whole)` has `count` messages arrive and be looked at. */
  const ways = {
    memcpy: copying(size, slots),
    'memcpy-far': copying(size, Math.ceil(OUT_OF_CACHE / size)),
    forkwire: async (measure) => {
      const { SharedRing } = await loadShared();
      const shared = SharedRing.create({ slots, bytes: size });
      const writer = shared.writer();
      await withPeer('forkwire', 'ring.mjs', {}, async (child) => {
        child.send('ring', shared.memory);
        await once(child, 'message');
        await measure((total, whole, source) =>
          arrived(child, total, whole, async () => {
            for (let seq = 0; seq < total; seq++) {
              mark(source, seq);
              await writer.write(source);
            }
          }),
        );
      });
    },
    stock: overChannel('stock'),
    'forkwire-send': overChannel('forkwire-send'),
  };

  async function run(way, scale) {
    const source = Buffer.alloc(size);
    fill(source);
    const values = {};
    await ways[way](async (pass) => {
      for (const { id } of metrics) {
        await pass(scale(count * WARM_UP_PART), id === 'whole', source);
        const begun = performance.now();
        await pass(scale(count), id === 'whole', source);
        values[id] = (scale(count) * size) / ((performance.now() - begun) * 1e6);
      }
    });
    return values;
  }

  return { name, title, topic: 'memory', only: Object.keys(ways), metrics, run };
}

/** The copying alone, within one thread, into `slots` that take turns. */
function copying(size, slots) {
  return async (measure) => {
    const target = new Uint8Array(size * slots).fill(0);
    await measure(async (total, whole, source) => {
      for (let seq = 0; seq < total; seq++) {
        const at = (seq % slots) * size;
        mark(source, seq);
        target.set(source, at);
        if (!isMarked(target.subarray(at, at + size), seq, whole))
          throw new Error(`copy ${seq} is not intact`);
      }
    });
  };
}

/** The same messages as Buffers, backpressure honoured. */
function overChannel(way) {
  return async (measure) => {
    const implementation = await loadImplementation(channelOf(way));
    await withPeer(way, 'ring.mjs', { serialization: 'advanced' }, async (child) => {
      child.send('buffers');
      await once(child, 'message');
      await measure((total, whole, source) =>
        arrived(child, total, whole, () =>
          sendHonouring(implementation, child, total, (seq) => {
            mark(source, seq);
            return source;
          }),
        ),
      );
    });
  };
}

/** Announces `count` messages, sends them, and waits until the child has seen them. */
async function arrived(child, count, whole, sendAll) {
  const reply = once(child, 'message');
  child.send({ count, whole });
  await sendAll();
  const [{ seen, faults }] = await reply;
  if (seen !== count || faults !== 0) throw new Error(`sent ${count}, arrived ${seen}, ${faults} not intact`);
}
