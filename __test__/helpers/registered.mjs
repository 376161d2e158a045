import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { closed, endWithTest, fixture, textOf } from './child.mjs';

const dist = (name) => fileURLToPath(new URL(`../../dist/${name}`, import.meta.url));

/** The arguments with which forkwire replaces node:child_process. */
export const loading = {
  '--import': ['--import', new URL('../../dist/register.mjs', import.meta.url).href],
  '--require': ['--require', dist('register.js')],
};

/** For programs that load it themselves. */
export const registerFile = dist('register.js');

const LINE = /^forkwire \d+ parent of (\d+) \+ *[\d.]+ ms: starts on the (\w+) wire: (.*)$/;

/** Extracts from FORKWIRE_DEBUG's output which wire each child got, and why. */
export const wiresIn = (stderr) =>
  stderr
    .split('\n')
    .map((line) => LINE.exec(line))
    .filter(Boolean)
    .map(([, pid, wire, why]) => ({ pid: Number(pid), wire, why }));

/**
 * Runs a program of fixtures/drop-in, which does not know forkwire, to its end. It prints its report as JSON.
 * `wires` has the wires of its children, and of grandchildren that share its stderr, in the order of their starts.
 */
export async function runRegistered(
  t,
  program,
  args = [],
  { load = loading['--require'], env, execPath } = {},
) {
  const argv = [...load, fixture(`drop-in/${program}`), ...args];
  const child = spawn(execPath ?? process.execPath, argv, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, FORKWIRE_DEBUG: '1', ...env },
  });
  endWithTest(t, child);
  const [{ code, signal }, stdout, stderr] = await Promise.all([
    closed(child),
    textOf(child.stdout),
    textOf(child.stderr),
  ]);
  if (code !== 0) throw new Error(`${program} ended with ${code ?? signal}: ${stderr}${stdout}`);
  return { report: JSON.parse(stdout), wires: wiresIn(stderr), stderr };
}
