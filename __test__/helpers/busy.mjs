import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** The path of a file that does not exist yet, and is removed after the test. */
export function absentFile(t) {
  const folder = mkdtempSync(path.join(tmpdir(), 'forkwire-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  return path.join(folder, 'file');
}

/** Blocks this thread until the file exists, and returns its text. The loop of this process does not run meanwhile. */
export function waitBusy(file) {
  const deadline = Date.now() + 20_000;
  while (!existsSync(file)) if (Date.now() > deadline) return 'nothing came while the thread was held';
  return readFileSync(file, 'utf8');
}
