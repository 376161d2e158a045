import { mkdtempSync, openSync, closeSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** The path of a file with this text, which goes with the test. (On Windows, not while another process has it.) */
export function fileWith(t, text) {
  const folder = mkdtempSync(path.join(tmpdir(), 'forkwire-'));
  t.teardown(() => rmSync(folder, { recursive: true, maxRetries: 10 }));
  const file = path.join(folder, 'file');
  writeFileSync(file, text);
  return file;
}

/** The number of a descriptor, which is closed with the test. */
export function opened(t, file, flags = 'r') {
  const fd = openSync(file, flags);
  t.teardown(() => closeSync(fd));
  return fd;
}
