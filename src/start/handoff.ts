// How a parent describes the channel to its child: in one environment variable, which the child deletes at once.
import { UNIQUE_ID, isWorker } from './cluster-worker.js';
import { ArrayPrototypeIncludes, JSONStringify } from '../platform/primordials.js';
import { PARENT } from './parent-variable.js';
import { VARIABLE } from './take-handoff.js';
import type { Handoff } from './take-handoff.js';

/** Node's own variables for a channel, which ours replaces, and what we add to them. */
const STOCK = ['NODE_CHANNEL_FD', 'NODE_CHANNEL_SERIALIZATION_MODE', PARENT] as const;

/** The environment of a child that starts with our preload. */
export function childEnvironment(
  env: NodeJS.ProcessEnv,
  handoff: Handoff,
  preload: string,
): Record<string, string | undefined> {
  const copy = without(env, STOCK);
  const kept: { nodeOptions?: string; worker?: string } = {};
  const options = copy['NODE_OPTIONS'];
  if (options !== undefined && preloads(options)) {
    // Its modules are loaded before those of the command line, and with Node's channel they find process.send.
    copy['NODE_OPTIONS'] = `--require ${quoted(preload)} ${options}`;
    kept.nodeOptions = options;
  }
  if (isWorker(copy)) {
    kept.worker = copy[UNIQUE_ID] as string;
    delete copy[UNIQUE_ID];
  }
  copy[VARIABLE] = JSONStringify({ __proto__: null, ...handoff, ...kept });
  return copy;
}

/** The environment of a spare, which is not a worker of node:cluster until it has a program. */
export function spareEnvironment(
  env: NodeJS.ProcessEnv,
  handoff: Handoff,
  preload: string,
): Record<string, string | undefined> {
  return childEnvironment(isWorker(env) ? without(env, [UNIQUE_ID]) : env, handoff, preload);
}

/** The environment of a child that supports forkwire without the preload, such as one in Rust. */
export function nativeEnvironment(
  env: NodeJS.ProcessEnv,
  handoff: Handoff,
): Record<string, string | undefined> {
  return { ...without(env, STOCK), [VARIABLE]: JSONStringify({ __proto__: null, ...handoff }) };
}

/** The environment of a child on Node's own wire, as Node sets it. */
export function stockEnvironment(
  env: NodeJS.ProcessEnv,
  fd: number,
  serialization: string,
): Record<string, string | undefined> {
  const [channel, mode] = STOCK;
  return { ...without(env, [VARIABLE, PARENT]), [channel]: String(fd), [mode]: serialization };
}

/** The environment that the program of a child finds on the native wire. What is undefined is absent, as in Node. */
export function programEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const copy = without(env, [VARIABLE, ...STOCK]);
  for (const name in copy) {
    if (copy[name] === undefined) delete copy[name];
    else copy[name] = `${copy[name]}`;
  }
  return copy as Record<string, string>;
}

/** A copy. Includes inherited properties, as Node does. */
function without(env: NodeJS.ProcessEnv, names: readonly string[]): Record<string, string | undefined> {
  const copy = { __proto__: null } as unknown as Record<string, string | undefined>;
  for (const name in env) if (!ArrayPrototypeIncludes(names, name)) copy[name] = env[name];
  return copy;
}

/** Quotes a path for NODE_OPTIONS, where a backslash inside quotes takes the next character literally, whatever it is. */
function quoted(path: string): string {
  return `"${path.replaceAll(/["\\]/g, '\\$&')}"`;
}

function preloads(options: string): boolean {
  return /(^|\s)(-r|--require)(\s|=|$)/.test(options);
}
