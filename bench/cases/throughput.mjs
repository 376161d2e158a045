// The parent sends numbered messages. The clock runs until the child has confirmed that all of them arrived.
import { cpuMicroseconds } from '../lib/cpu-time.mjs';
import { withChild } from '../lib/with-child.mjs';
import { sendFlood, sendHonouring, sendTogether } from '../lib/sending.mjs';
import messageKinds from '../lib/messages.cjs';
import sequences from '../lib/sequence.cjs';

// Sent before the clock starts, so that both ends have compiled their code.
const WARM_UP_PART = 0.1;

/**
 * Objects, as json or as structured clone. `flood: true`: all at once, whatever send() returns. `together: true`: by
 * sendMany(), or one by one where there is none.
 */
export const objectThroughput = (options) => throughput({ kind: 'object', unit: 'msg/s', ...options });

/** Buffers, as structured clone. */
export const bufferThroughput = (options) =>
  throughput({ kind: 'buffer', unit: 'MB/s', serialization: 'advanced', ...options });

/** What the messages cost each side, over all its threads. */
export const cpuTime = (options) =>
  throughput({
    kind: 'object',
    unit: 'us CPU',
    metrics: [
      { id: 'parent', label: 'sender', unit: 'us CPU', better: 'lower' },
      { id: 'child', label: 'receiver', unit: 'us CPU', better: 'lower' },
    ],
    ...options,
  });

function throughput({
  name,
  title,
  kind,
  bytes,
  count,
  unit,
  serialization = 'json',
  flood = false,
  together = false,
  ...rest
}) {
  const metrics = rest.metrics ?? [{ id: 'rate', unit, better: 'higher' }];
  const send = flood ? sendFlood : together ? sendTogether : sendHonouring;

  async function run(implementation, scale) {
    const sizes = [scale(count * WARM_UP_PART), scale(count)];
    const args = [kind, bytes, ...sizes].map(String);
    const { make } = messageKinds.messages(kind, bytes);
    let seconds, parentCpu, childCpu;
    await withChild(implementation, 'sink.cjs', { args, serialization }, async (child, nextMessage) => {
      for (const size of sizes) {
        const sent = new sequences.Sequence();
        const reply = nextMessage();
        const cpuBefore = cpuMicroseconds();
        const begun = performance.now();
        await send(implementation, child, size, (seq) => {
          sent.add(seq);
          return make(seq);
        });
        const told = await reply;
        seconds = (performance.now() - begun) / 1000;
        parentCpu = cpuMicroseconds() - cpuBefore;
        sent.compare(told);
        childCpu = told.cpu;
      }
    });
    const each = unit === 'MB/s' ? bytes / 1e6 : 1;
    const last = sizes.at(-1);
    return { rate: (last * each) / seconds, parent: parentCpu / last, child: childCpu / last };
  }

  return { name, title, metrics, run };
}
