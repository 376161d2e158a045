import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** The path of a file that is not there yet, and goes with the test. */
export function absentFile(t) {
  const folder = mkdtempSync(path.join(tmpdir(), 'forkwire-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  return path.join(folder, 'file');
}

/** Holds this thread until the file is there: what it says. Nothing of this process' loop runs meanwhile. */
export function waitBusy(file) {
  const deadline = Date.now() + 20_000;
  while (!existsSync(file)) if (Date.now() > deadline) return 'nothing came while the thread was held';
  return readFileSync(file, 'utf8');
}
