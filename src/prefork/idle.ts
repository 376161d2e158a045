// Waits until the event loop has nothing to do: to start a process blocks it for one or two milliseconds.
import { performance } from 'node:perf_hooks';
import { clearTimeout, setTimeout } from 'node:timers';

const eventLoopUtilization = performance.eventLoopUtilization.bind(performance);

/** Milliseconds in which the loop is watched. */
const WATCHED = 2;
/** The share of that time in which the loop of a busy program runs JavaScript. */
const BUSY = 0.5;
/** How often a busy loop is waited for. */
const PATIENCE = 50;

/**
 * Calls `run` after `pause` milliseconds, and then as soon as the loop is idle, or after 100 ms. Does not keep the loop running.
 * @returns what stops the wait
 */
export function whenIdle(run: () => void, pause: number): () => void {
  let timer: NodeJS.Timeout;
  const watch = (patience: number, first: number): void => {
    const before = eventLoopUtilization();
    timer = setTimeout(() => {
      const { utilization } = eventLoopUtilization(before);
      if (patience > 0 && utilization > BUSY) watch(patience - 1, 0);
      else run();
    }, first + WATCHED).unref();
  };
  watch(PATIENCE, pause);
  return () => clearTimeout(timer);
}
