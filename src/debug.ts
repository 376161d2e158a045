import { writeSync } from 'node:fs';

/** A line on standard error if FORKWIRE_DEBUG is 1. Synchronous, so that a crash cannot swallow it. */
export function debug(line: string): void {
  if (process.env['FORKWIRE_DEBUG'] !== '1') return;
  try {
    writeSync(2, `forkwire: ${line}\n`);
  } catch {
    // A full or closed standard error is no reason to fail.
  }
}
