// From the call of fork() until the child's answer to a message that was sent immediately.
import { withChild } from '../lib/with-child.mjs';
import { median } from '../lib/statistics.mjs';

// The first fork of a process also loads what forking needs, into the caches of both processes.
const WARM_UP = 1;

export function startUp({ name, title, count }) {
  const metrics = [{ id: 'median', unit: 'ms', better: 'lower' }];

  async function run(implementation, scale) {
    const milliseconds = [];
    for (let seq = -WARM_UP; seq < scale(count); seq++) {
      const begun = performance.now();
      await withChild(implementation, 'echo.cjs', {}, async (child, nextMessage) => {
        child.send({ seq });
        const reply = await nextMessage();
        if (seq >= 0) milliseconds.push(performance.now() - begun);
        if (reply.seq !== seq) throw new Error(`sent ${seq}, came back ${JSON.stringify(reply)}`);
      });
    }
    return { median: median(milliseconds) };
  }

  return { name, title, metrics, run };
}
