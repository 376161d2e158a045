// The ways to start a child that are compared: an ordinary fork(), or a spare process that waits.
import { loadImplementation } from './implementations.mjs';
import { channelOf } from './with-peer.mjs';

/** `{ fork, ready(), close(), pool }`, where the last exists only with spares, of which there are `count`. */
export async function loadStarter(way, count) {
  const implementation = await loadImplementation(channelOf(way));
  // A child that is only waited for does not keep Deno running.
  const awake = setInterval(() => {}, 60_000);
  const sleep = () => clearInterval(awake);
  if (way !== 'forkwire') return { ...implementation, ready: async () => {}, close: async () => sleep() };
  const pool = implementation.prefork({ count, execArgv: [] });
  return {
    ...implementation,
    pool,
    fork: pool.fork.bind(pool),
    ready: () => pool.ready(),
    close: async () => {
      sleep();
      await pool.close();
    },
  };
}
