// The arguments of fork(), as node:child_process normalises them.
import { fileURLToPath } from 'node:url';
import { invalidArgument } from '../errors.js';
import { readSettings } from './settings.js';
import type { Settings } from '../channel/settings.js';
import type { ForkOptions } from '../types.js';

/** A fork that Node has nothing against, as far as forkwire has to know. */
export interface ForkRequest {
  readonly modulePath: string;
  readonly args: readonly unknown[];
  readonly execPath: string;
  readonly execArgv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly stdio: readonly unknown[];
  /** The position of 'ipc' in stdio. */
  readonly fd: number;
  readonly settings: Settings;
  readonly options: ForkOptions;
}

/**
 * Undefined: Node refuses these arguments, and shall do it itself.
 * @throws ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE for the options that are forkwire's own
 */
export function readRequest(modulePath: unknown, args: unknown, given: unknown): ForkRequest | undefined {
  const path = toPath(modulePath);
  const named = args !== null && typeof args === 'object' && !Array.isArray(args);
  const list = named ? [] : (args ?? []);
  const options = (named ? args : given) ?? {};
  if (path === undefined || !Array.isArray(list) || typeof options !== 'object' || Array.isArray(options)) {
    return undefined;
  }
  // Without a prototype, as in Node: what somebody put on Object.prototype is no option.
  const copy = { __proto__: null, ...options } as ForkOptions;
  const stdio = toStdio(copy);
  const fd = stdio?.indexOf('ipc') ?? -1;
  const execArgv = toExecArgv(copy.execArgv);
  const { execPath: chosen, env } = copy;
  const execPath = chosen || process.execPath;
  if (stdio === undefined || fd === -1 || stdio.indexOf('ipc', fd + 1) !== -1 || execArgv === undefined)
    return undefined;
  if (![undefined, 'json', 'advanced'].includes(copy.serialization)) return undefined;
  // The error of a NUL names the argument by its position, which would be another one here.
  if ([path, ...list, ...execArgv].some((text) => typeof text === 'string' && text.includes('\0')))
    return undefined;
  if (![undefined, 'native', 'node'].includes(copy.wire)) {
    throw invalidArgument('options.wire', "one of 'native', 'node'", copy.wire);
  }
  const settings = readSettings(copy);
  return {
    modulePath: path,
    args: list,
    execPath,
    execArgv,
    env: env || process.env,
    stdio,
    fd,
    settings,
    options: copy,
  };
}

function toPath(modulePath: unknown): string | undefined {
  if (typeof modulePath === 'string') return modulePath;
  if (modulePath instanceof URL && modulePath.protocol === 'file:') return fileURLToPath(modulePath);
  if (modulePath instanceof Uint8Array) return Buffer.from(modulePath).toString();
  return undefined;
}

function toStdio({ stdio, silent }: ForkOptions): unknown[] | undefined {
  if (Array.isArray(stdio)) return [...(stdio as unknown[])];
  const all = typeof stdio === 'string' ? stdio : silent ? 'pipe' : 'inherit';
  if (all === 'inherit') return [0, 1, 2, 'ipc'];
  if (all === 'pipe' || all === 'ignore' || all === 'overlapped') return [all, all, all, 'ipc'];
  return undefined;
}

function toExecArgv(given: unknown): string[] | undefined {
  if (given) return Array.isArray(given) ? [...(given as string[])] : undefined;
  const execArgv = [...process.execArgv];
  // A program given with -e would start itself over and over.
  const { _eval: program } = process as { _eval?: string };
  const index = program === undefined || program === null ? -1 : execArgv.lastIndexOf(program);
  if (index > 0) execArgv.splice(index - 1, 2);
  return execArgv;
}
