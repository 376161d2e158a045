// Lines on standard error.
import { writeSync } from 'node:fs';

/** Lines that standard error did not take since the last one that it took. */
let lost = 0;

/**
 * Prints a line with this process and the milliseconds since its start. Synchronous, so that a crash cannot swallow it, and
 * in one write, so that those of other processes do not come in between. Never throws: where standard error is full or
 * closed the line is lost, and the next that is taken says so.
 */
export function say(text: string, who = ''): void {
  const before = lost === 0 ? '' : ` (${lost} before it lost)`;
  const since = performance.now().toFixed(1).padStart(7);
  try {
    writeSync(2, `forkwire ${process.pid}${who} +${since} ms${before}: ${text}\n`);
    lost = 0;
  } catch {
    lost += 1;
  }
}
