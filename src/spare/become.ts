// In the spare: makes the process what it would be if it had been started for this program.
import { resolve } from 'node:path';
import { native } from '../channels.js';
import type { Program } from '../prefork/program.js';
import { commandLine } from './command-line.js';

/**
 * Prepares what it can. Call the result with the program and the descriptors that came with it.
 * It returns the descriptor that is left over, with which the process ends with its parent.
 * @param started the environment that the process was started with
 */
export function becoming(
  started: NodeJS.ProcessEnv,
): (program: Program, handles: number[]) => number | undefined {
  const show = commandLine();
  replaceEnvironment(started as Record<string, string>, started); // compiles it
  return (program, handles) => become(program, handles, started, show);
}

function become(
  program: Program,
  handles: number[],
  started: NodeJS.ProcessEnv,
  show: (args: readonly string[]) => void,
): number | undefined {
  const { modulePath, args, cwd, env, umask, numbers } = program;
  if (cwd !== undefined) process.chdir(cwd);
  if (umask !== undefined) process.umask(umask);
  const lifeline = clearOf(numbers, handles[numbers.length]);
  native().placeHandles(handles.slice(0, numbers.length), numbers as number[]);
  if (env !== undefined) replaceEnvironment(env, started);
  // Node has put the absolute path there before it loads any module (patchProcessObject() in
  // lib/internal/process/pre_execution.js), and runs what is there now (executeUserEntryPoint() in
  // lib/internal/modules/run_main.js).
  process.argv.splice(1, process.argv.length, resolve(modulePath), ...args);
  show([...process.execArgv, modulePath, ...args]);
  return lifeline;
}

/** The same descriptor, with a number that is not one of those that others get. */
function clearOf(numbers: readonly number[], fd: number | undefined): number | undefined {
  let clear = fd;
  while (clear !== undefined && numbers.includes(clear)) clear = native().duplicateFd(clear);
  return clear;
}

/** Changes what differs. What preloaded modules have added stays. */
function replaceEnvironment(env: Readonly<Record<string, string>>, started: NodeJS.ProcessEnv): void {
  for (const name in started) if (!(name in env)) delete process.env[name];
  for (const name in env) if (env[name] !== started[name]) process.env[name] = env[name];
  const names = Object.keys(env);
  const here = Object.keys(process.env);
  if (names.length !== here.length || names.every((name, index) => name === here[index])) return;
  // The order in which a program lists them.
  if (!names.every((name) => process.env[name] === env[name])) return;
  for (const name of names) delete process.env[name];
  for (const name of names) process.env[name] = env[name];
}
