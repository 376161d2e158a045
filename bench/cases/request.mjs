// A request and its answer, in the ways of lib/callers.mjs: the next one after the answer, or several under way at once.
import { callers } from '../lib/callers.mjs';
import { cpuMicroseconds } from '../lib/cpu-time.mjs';
import { quantile } from '../lib/statistics.mjs';
import { withPeer } from '../lib/with-peer.mjs';
import messageKinds from '../lib/messages.cjs';

const WARM_UP_PART = 0.1;

const delays = [
  { id: 'p50', label: 'p50', unit: 'us', better: 'lower' },
  { id: 'p99', label: 'p99', unit: 'us', better: 'lower' },
];
const rate = { id: 'rate', unit: 'req/s', better: 'higher' };
const cpuTime = { id: 'cpu', label: 'CPU of both ends', unit: 'us CPU', better: 'lower' };

/** The answer is the message. `underWay`: how many requests wait for their answers at any time. */
export function requests({ name, title, bytes, count, underWay = 1, pinned = false }) {
  const metrics = [...(underWay === 1 ? delays : [rate]), cpuTime];

  async function run(way, scale) {
    const total = scale(count);
    const warmUp = Math.ceil(total * WARM_UP_PART);
    const microseconds = new Float64Array(total);
    const { make, numberOf, isIntact } = messageKinds.messages('call', bytes);
    let seconds, cpu;
    await withPeer(way, 'request.mjs', { args: [way] }, async (end, nextMessage) => {
      await nextMessage();
      const request = await callers[way].ask(end);
      const cpuSoFar = async () => {
        const own = cpuMicroseconds();
        return way === 'threads' ? own : own + (await request('cpu'));
      };
      await askAll(request, -warmUp, 0);
      const cpuBefore = await cpuSoFar();
      const begun = performance.now();
      await askAll(request, 0, total);
      seconds = (performance.now() - begun) / 1000;
      cpu = (await cpuSoFar()) - cpuBefore;
    });
    const [p50, p99] = [0.5, 0.99].map((part) => quantile(microseconds, part));
    const values = { p50, p99, rate: total / seconds, cpu: cpu / total };
    return Object.fromEntries(metrics.map(({ id }) => [id, values[id]]));

    /** Requests number `from` to `to`, `underWay` at a time. */
    async function askAll(request, from, to) {
      let next = from;
      const askOn = async () => {
        while (next < to) {
          const seq = next++;
          const begun = performance.now();
          const answer = await request(make(seq));
          if (seq >= 0) microseconds[seq] = (performance.now() - begun) * 1000;
          if (numberOf(answer) !== seq || !isIntact(answer))
            throw new Error(`the answer to request ${seq} is another`);
        }
      };
      await Promise.all(Array.from({ length: underWay }, askOn));
    }
  }

  return { name, title, topic: 'requests', metrics, pinned, run };
}
