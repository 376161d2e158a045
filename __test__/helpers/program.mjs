import { spawn } from 'node:child_process';
import { fixture, textOf, closed, endWithTest } from './child.mjs';

/**
 * Runs a program of fixtures/programs that is a parent itself, for what a test's own process must
 * not do: crash, exit, or have uncaught exceptions. Its first argument is the implementation to use.
 */
export async function runProgram(t, implementation, program, args = [], options = {}) {
  const { nodeArgs = [], ...spawnOptions } = options;
  const argv = [...nodeArgs, fixture(`programs/${program}`), implementation.name, ...args];
  const child = spawn(process.execPath, argv, {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...spawnOptions,
  });
  endWithTest(t, child);
  const [{ code, signal }, stdout, stderr] = await Promise.all([
    closed(child),
    textOf(child.stdout),
    textOf(child.stderr),
  ]);
  return { code, signal, stdout, stderr };
}

/** The same for a program that prints its report as JSON and ends well. */
export async function reportOf(t, implementation, program, args, options) {
  const { code, signal, stdout, stderr } = await runProgram(t, implementation, program, args, options);
  if (code !== 0) throw new Error(`${program} ended with ${code ?? signal}: ${stderr}`);
  return JSON.parse(stdout);
}
