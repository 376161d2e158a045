// Jobs of one process each: so many at a time, until all have ended.
import { once } from 'node:events';
import { loadStarter } from '../lib/starting.mjs';
import { childPath } from '../lib/with-child.mjs';

const metrics = [{ id: 'rate', unit: 'jobs/s', better: 'higher' }];

/** `atOnce`: how many run at a time. `pinned`: all processes share one CPU. */
export function jobs({ name, title, only, atOnce, pinned, count }) {
  async function run(way, scale) {
    const starter = await loadStarter(way, atOnce);
    await starter.ready();
    let left = scale(count);
    const begun = performance.now();
    await Promise.all(Array.from({ length: atOnce }, runOneByOne));
    const rate = (scale(count) * 1000) / (performance.now() - begun);
    await starter.close();
    return { rate };

    async function runOneByOne() {
      while (left-- > 0) {
        const child = starter.fork(childPath('job.cjs'));
        const ended = once(child, 'exit');
        await once(child, 'message');
        await ended;
      }
    }
  }

  return { name, title, topic: 'prefork', only, metrics, pinned, run };
}
