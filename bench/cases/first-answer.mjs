// From the call of fork() to the first message of a program of two lines.
import { once } from 'node:events';
import { loadStarter } from '../lib/starting.mjs';
import { quantile } from '../lib/statistics.mjs';
import { childPath } from '../lib/with-child.mjs';

const WARM_UP = 1;

const metrics = [
  { id: 'median', label: 'p50', unit: 'ms', better: 'lower' },
  { id: 'p99', label: 'p99', unit: 'ms', better: 'lower' },
];

export function firstAnswer({ name, title, only, count }) {
  async function run(way, scale) {
    const starter = await loadStarter(way, 1);
    const milliseconds = [];
    for (let seq = -WARM_UP; seq < scale(count); seq++) {
      await starter.ready();
      const begun = performance.now();
      const child = starter.fork(childPath('job.cjs'));
      const ended = once(child, 'exit');
      await once(child, 'message');
      if (seq >= 0) milliseconds.push(performance.now() - begun);
      await ended;
    }
    const { cold, reasons } = starter.pool?.stats() ?? { cold: 0 };
    if (cold > 0) throw new Error(`not from a spare: ${JSON.stringify(reasons)}`);
    await starter.close();
    return { median: quantile(milliseconds, 0.5), p99: quantile(milliseconds, 0.99) };
  }

  return { name, title, topic: 'prefork', only, metrics, run };
}
