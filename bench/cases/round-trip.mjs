// One message there and back, then the next: on one CPU, or wherever the system schedules the processes.
import { cpuMicroseconds } from '../lib/cpu-time.mjs';
import { histogramOf } from '../lib/histogram.mjs';
import { quantile } from '../lib/statistics.mjs';
import { withChild } from '../lib/with-child.mjs';
import messageKinds from '../lib/messages.cjs';

const WARM_UP_PART = 0.05;

/** `answerAfter`: milliseconds that the child waits before each answer; 0: it answers immediately. */
export function roundTrip({
  name,
  title,
  kind = 'object',
  bytes,
  count,
  serialization,
  pinned = true,
  answerAfter = 0,
}) {
  const metrics = [
    { id: 'p50', label: 'p50', unit: 'us', better: 'lower' },
    { id: 'p90', label: 'p90', unit: 'us', better: 'lower' },
    { id: 'p99', label: 'p99', unit: 'us', better: 'lower' },
    { id: 'cpu', label: 'CPU of the parent', unit: 'us CPU', better: 'lower' },
  ];

  async function run(implementation, scale) {
    const { make, numberOf, isIntact } = messageKinds.messages(kind, bytes);
    const microseconds = new Float64Array(scale(count));
    const options = { args: [String(answerAfter)], serialization };
    let cpu = 0;
    await withChild(implementation, 'echo.cjs', options, async (child) => {
      await new Promise((resolve, reject) => {
        let begun;
        let seq = -Math.ceil(microseconds.length * WARM_UP_PART);
        // One permanent listener: awaiting promises would be measured too.
        child.on('message', (message) => {
          if (seq >= 0) microseconds[seq] = (performance.now() - begun) * 1000;
          if (numberOf(message) !== seq || !isIntact(message))
            reject(new Error(`message ${seq} came back as another`));
          if (++seq === microseconds.length) resolve();
          else next();
        });
        const next = () => {
          if (seq === 0) cpu = -cpuMicroseconds();
          begun = performance.now();
          child.send(make(seq));
        };
        next();
      });
      cpu += cpuMicroseconds();
    });
    return {
      p50: quantile(microseconds, 0.5),
      p90: quantile(microseconds, 0.9),
      p99: quantile(microseconds, 0.99),
      cpu: cpu / microseconds.length,
      histogram: histogramOf(microseconds),
    };
  }

  return { name, title, metrics, pinned, run };
}
