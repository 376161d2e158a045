// Normalises the arguments of fork() as node:child_process does.
import { fileURLToPath } from 'node:url';
import { readLifetime, readSettings } from '../channel/read-settings.js';
import type { Lifetime } from '../channel/read-settings.js';
import type { Settings } from '../channel/settings.js';
import type { ForkOptions } from '../types.js';
import {
  ArrayIsArray,
  ArrayPrototypeIncludes,
  ArrayPrototypeIndexOf,
  ArrayPrototypeSlice,
  ArrayPrototypeSplice,
  BufferFrom,
  StringPrototypeIncludes,
  Uint8Array,
  process,
} from '../platform/primordials.js';

/** The arguments of a fork() that Node would accept. */
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
  readonly lifetime: Lifetime;
  readonly options: ForkOptions;
}

/**
 * Returns undefined for arguments that Node refuses, so that Node itself can report them.
 *
 * @throws ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE for the options that are forkwire's own
 */
export function readRequest(modulePath: unknown, args: unknown, given: unknown): ForkRequest | undefined {
  const path = toPath(modulePath);
  const named = args !== null && typeof args === 'object' && !ArrayIsArray(args);
  const list = named ? [] : (args ?? []);
  const options = (named ? args : given) ?? {};
  if (path === undefined || !ArrayIsArray(list) || typeof options !== 'object' || ArrayIsArray(options)) {
    return undefined;
  }
  // Without a prototype, as in Node: a property of Object.prototype is not an option.
  const copy = { __proto__: null, ...options } as ForkOptions;
  const stdio = toStdio(copy);
  const fd = stdio === undefined ? -1 : ArrayPrototypeIndexOf(stdio, 'ipc');
  const execArgv = toExecArgv(copy.execArgv);
  const { execPath: chosen, env } = copy;
  const execPath = chosen || process.execPath;
  if (
    stdio === undefined ||
    fd === -1 ||
    ArrayPrototypeIndexOf(stdio, 'ipc', fd + 1) !== -1 ||
    execArgv === undefined
  )
    return undefined;
  if (!ArrayPrototypeIncludes([undefined, 'json', 'advanced'], copy.serialization)) return undefined;
  // Node's error for a NUL names the position of the argument, which would differ here.
  if (hasNul([path]) || hasNul(list) || hasNul(execArgv)) return undefined;
  const settings = readSettings(copy);
  const lifetime = readLifetime(copy);
  return {
    modulePath: path,
    args: list,
    execPath,
    execArgv,
    env: env || process.env,
    stdio,
    fd,
    settings,
    lifetime,
    options: copy,
  };
}

function hasNul(texts: readonly unknown[]): boolean {
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i];
    if (typeof text === 'string' && StringPrototypeIncludes(text, '\0')) return true;
  }
  return false;
}

function lastIndexOf(list: readonly unknown[], item: unknown): number {
  let index = list.length - 1;
  while (index >= 0 && list[index] !== item) index--;
  return index;
}

function toPath(modulePath: unknown): string | undefined {
  if (typeof modulePath === 'string') return modulePath;
  if (modulePath instanceof URL && modulePath.protocol === 'file:') return fileURLToPath(modulePath);
  if (modulePath instanceof Uint8Array) return BufferFrom(modulePath).toString();
  return undefined;
}

function toStdio({ stdio, silent }: ForkOptions): unknown[] | undefined {
  if (ArrayIsArray(stdio)) return ArrayPrototypeSlice(stdio as unknown[]);
  const all = typeof stdio === 'string' ? stdio : silent ? 'pipe' : 'inherit';
  if (all === 'inherit') return [0, 1, 2, 'ipc'];
  if (all === 'pipe' || all === 'ignore' || all === 'overlapped') return [all, all, all, 'ipc'];
  return undefined;
}

function toExecArgv(given: unknown): string[] | undefined {
  if (given) return ArrayIsArray(given) ? ArrayPrototypeSlice(given as string[]) : undefined;
  const execArgv = ArrayPrototypeSlice(process.execArgv);
  // A program that was given with -e would start itself over and over.
  const { _eval: program } = process as { _eval?: string };
  const index = program === undefined || program === null ? -1 : lastIndexOf(execArgv, program);
  if (index > 0) ArrayPrototypeSplice(execArgv, index - 1, 2);
  return execArgv;
}
