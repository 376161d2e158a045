// Writes lines to standard error.
import { writeSync } from '../../platform/files.js';
import { ReflectApply, process } from '../../platform/captured.js';

const { uptime } = process;

/** Lines lost since the last one that was written. */
let lost = 0;

/**
 * Prints a line with the id of this process and the milliseconds since its start. The write is synchronous, so that a crash
 * cannot lose it, and a single one, so that lines of other processes do not mix with it. Never throws: if standard error is full or
 * closed, the line is lost, and the next one that can be written says so.
 */
export function say(text: string, who = ''): void {
  const before = lost === 0 ? '' : ` (${lost} earlier lines lost)`;
  const since = (ReflectApply(uptime, process, []) * 1e3).toFixed(1).padStart(7);
  try {
    writeSync(2, `forkwire ${process.pid}${who} +${since} ms${before}: ${text}\n`);
    lost = 0;
  } catch {
    lost += 1;
  }
}
