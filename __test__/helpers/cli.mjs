import { spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { closed, endWithTest, textOf } from './child.mjs';

export const cliFile = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** Runs the command `forkwire` to its end. */
export async function forkwireCommand(t, args, { file = cliFile, env, ...options } = {}) {
  const child = spawn(process.execPath, [file, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
    env: { ...process.env, ...env },
  });
  endWithTest(t, child);
  const [{ code }, stdout, stderr] = await Promise.all([
    closed(child),
    textOf(child.stdout),
    textOf(child.stderr),
  ]);
  return { code, stdout, stderr };
}

/** A folder that is removed after the test. */
export function temporaryFolder(t) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'forkwire-')));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
