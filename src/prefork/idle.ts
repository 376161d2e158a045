// Waits until there is time to start a process, which blocks the event loop for one or two milliseconds.
import { performance } from 'node:perf_hooks';
import { clearTimeout, setTimeout } from 'node:timers';
import { MathMin, now } from '../platform/primordials.js';

const eventLoopUtilization = performance.eventLoopUtilization.bind(performance);

/** Milliseconds in which the loop is watched at first. They double up to the second number while it has to wait. */
const [WATCHED, WATCHED_AT_MOST] = [2, 32];
/** The share of that time in which the loop of a busy program runs JavaScript. */
const BUSY = 0.5;
/** Milliseconds that a busy loop is waited for. */
const FOR_LOOP = 100;
/** Milliseconds that processors without room are waited for. */
const FOR_PROCESSORS = 1000;

/**
 * Calls `run` after `pause` milliseconds, and then as soon as the loop is idle, or after 100 ms; and as soon as `isCrowded` says no, or
 * after a second. Does not keep the loop running.
 * @returns what stops the wait
 */
export function whenIdle(run: () => void, pause: number, isCrowded: () => boolean): () => void {
  const begun = now() + pause;
  let timer: NodeJS.Timeout;
  const watch = (first: number, watched: number): void => {
    const before = eventLoopUtilization();
    timer = setTimeout(() => {
      const { utilization } = eventLoopUtilization(before);
      const waited = now() - begun;
      const isBusy = (waited < FOR_LOOP && utilization > BUSY) || (waited < FOR_PROCESSORS && isCrowded());
      if (isBusy) watch(0, MathMin(watched * 2, WATCHED_AT_MOST));
      else run();
    }, first + watched).unref();
  };
  watch(pause, WATCHED);
  return () => clearTimeout(timer);
}
