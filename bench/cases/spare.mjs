// The same as start-up.mjs, where forkwire has a spare process that waits: prefork().
import { withChild } from '../lib/with-child.mjs';
import { quantile } from '../lib/statistics.mjs';

const WARM_UP = 1;

export function fromSpare({ name, title, count }) {
  const metrics = [
    { id: 'median', unit: 'ms', better: 'lower' },
    { id: 'p99', unit: 'ms', better: 'lower' },
  ];

  async function run(implementation, scale) {
    const pool = implementation.prefork?.({ count: 1, execArgv: [] });
    const forked = pool === undefined ? implementation : { ...implementation, fork: pool.fork.bind(pool) };
    const milliseconds = [];
    for (let seq = -WARM_UP; seq < scale(count); seq++) {
      await pool?.ready();
      const begun = performance.now();
      await withChild(forked, 'echo.cjs', {}, async (child, nextMessage) => {
        child.send({ seq });
        const reply = await nextMessage();
        if (seq >= 0) milliseconds.push(performance.now() - begun);
        if (reply.seq !== seq) throw new Error(`sent ${seq}, came back ${JSON.stringify(reply)}`);
      });
    }
    if (pool !== undefined && pool.stats().cold > 0) throw new Error(JSON.stringify(pool.stats().reasons));
    await pool?.close();
    return { median: quantile(milliseconds, 0.5), p99: quantile(milliseconds, 0.99) };
  }

  return { name, title, metrics, run };
}
