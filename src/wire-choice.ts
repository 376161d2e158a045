// Which of the two channels a child gets.
import { realpathSync } from 'node:fs';
import type { ForkRequest } from './fork-request.js';
import { native } from './native.js';
import type { Wire } from './types.js';

/** Flags under which a child loads no addon. */
const FLAGS = ['--no-addons', '--permission', '--experimental-permission', '--permission-audit'];

/** Codes of an addon that this process is not allowed to load. */
const FORBIDDEN = ['ERR_DLOPEN_DISABLED', 'ERR_ACCESS_DENIED'];

interface Choice {
  readonly wire: Wire;
  readonly why: string;
}

/** @throws what loading the addon throws, if that was allowed */
export function chooseWire(request: ForkRequest): Choice {
  const none = whyNoChannel();
  if (none !== undefined) return { wire: 'stock', why: none };
  const reason = whyNode(request);
  return reason === undefined ? { wire: 'native', why: request.modulePath } : { wire: 'node', why: reason };
}

/**
 * Why this process has to make do with the channel of node:child_process; undefined if it need not.
 * @throws what loading the addon throws, if that was allowed
 */
export function whyNoChannel(): string | undefined {
  if (process.env['FORKWIRE'] === 'off') return 'FORKWIRE is off';
  const runtime = otherRuntime();
  if (runtime !== undefined) return `this is ${runtime}`;
  if ((process as { permission?: object }).permission !== undefined)
    return 'this process has the permission model on';
  return whyNoAddon();
}

/** Why this child has Node's own channel; undefined if it can have ours. */
function whyNode({ execPath, execArgv, env, options }: ForkRequest): string | undefined {
  if (options.wire === 'node') return 'the option wire says so';
  if (!isThisProgram(execPath)) return `execPath is another program: ${execPath}`;
  if (env['NODE_UNIQUE_ID'] !== undefined) return 'it is a worker of node:cluster';
  const flag = [...execArgv, ...(env['NODE_OPTIONS'] ?? '').split(/\s+/)].find(isForbidding);
  return flag === undefined ? undefined : `its option ${flag} keeps it from loading an addon`;
}

function otherRuntime(): string | undefined {
  const { bun, electron } = process.versions;
  if (bun !== undefined) return 'Bun';
  if (electron !== undefined) return 'Electron';
  return 'Deno' in globalThis ? 'Deno' : undefined;
}

function isThisProgram(execPath: string): boolean {
  if (execPath === process.execPath) return true;
  try {
    return realpathSync(execPath) === realpathSync(process.execPath);
  } catch {
    return false; // Node will say that it is not there
  }
}

function isForbidding(argument: string): boolean {
  return FLAGS.some((flag) => argument === flag || argument.startsWith(`${flag}=`));
}

function whyNoAddon(): string | undefined {
  try {
    native();
    return undefined;
  } catch (error) {
    const code = whyForbidden();
    if (code === undefined) throw error;
    return `this process may not load the addon (${code})`;
  }
}

/** The code with which Node refuses every addon. The generated loader keeps no codes of what it met. */
function whyForbidden(): string | undefined {
  try {
    process.dlopen({ exports: {} }, '');
  } catch (error) {
    return FORBIDDEN.find((code) => code === (error as { code?: unknown }).code);
  }
  return undefined;
}
