// Runs other programs: quietly while all goes well, with their full output when it does not.
import { spawn } from 'node:child_process';
import { delimiter } from 'node:path';
import { root } from './paths.mjs';

/** A failure whose message is for the person who ran the command; shown without a stack. */
export class SetupError extends Error {}

export function say(line) {
  process.stderr.write(`forkwire: ${line}\n`);
}

/** @param {unknown} error printed if it explains itself, rethrown if it is a bug in the script */
export function explainAndExit(error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`\n${error.message.replace(/^/gm, '  ').replace(/^ +$/gm, '')}\n\n`);
  process.exit(1);
}

/**
 * Runs a program to its end and collects its output. On a terminal, its last line is shown meanwhile.
 *
 * @returns {Promise<{code: number | null, output: string}>} code is null after a signal or if it did not start
 */
export function capture(program, args, { env = process.env, cwd = root } = {}) {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
    const take = (chunk) => {
      output += chunk;
      showLast(output);
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.on('error', (error) => resolve({ code: null, output: `${output}${error.message}\n` }));
    child.on('close', (code) => {
      if (process.stderr.isTTY) process.stderr.write('\r\u001B[K');
      resolve({ code, output });
    });
  });
}

/**
 * Like `capture`, for a program that has to succeed.
 *
 * @param {string} [failed] the explanation if it fails
 * @returns {Promise<string>} what it printed
 * @throws {SetupError} with that, and what failed
 */
export async function must(program, args, options, failed = `${program} failed: ${args.join(' ')}`) {
  const { code, output } = await capture(program, args, options);
  if (code !== 0) throw new SetupError(`${output}\n${failed}`);
  return output;
}

/** An environment whose PATH also has `folder`, before or after the others. */
export function withPath(env, folder, where) {
  const key = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH'; // Windows: any case
  const folders = [env[key] ?? ''];
  folders[where === 'first' ? 'unshift' : 'push'](folder);
  return { ...env, [key]: folders.filter(Boolean).join(delimiter) };
}

/** Runs one step of set-up, and prints what it is and how long it took. */
export async function step(what, work) {
  say(`${what} ...`);
  const start = performance.now();
  await work();
  say(`done in ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

/**
 * Runs a program in place of this one: same terminal, same exit code or signal.
 *
 * @returns {Promise<never>}
 */
export async function become(program, args, env = process.env) {
  const child = spawn(program, args, { env, stdio: 'inherit' });
  // A terminal's Ctrl-C reaches the child directly; signals sent only to this process are passed on.
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  process.on('SIGINT', () => {});
  const [code, signal] = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (...how) => resolve(how));
  });
  if (!signal) process.exit(code);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  return new Promise(() => {});
}

function showLast(output) {
  if (!process.stderr.isTTY) return;
  const last = output.trimEnd().split('\n').at(-1).trim();
  process.stderr.write(`\r\u001B[K  ${last.slice(0, (process.stderr.columns ?? 80) - 4)}`);
}
