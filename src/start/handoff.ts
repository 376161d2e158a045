// What a parent tells its child of the channel: one environment variable, which the child deletes at once.
import { defaults } from './defaults.js';
import type { Settings } from '../channel/settings.js';

export const VARIABLE = 'FORKWIRE_CHANNEL';

export interface Handoff extends Settings {
  /** The descriptor of the child's end, in the child. */
  readonly fd: number;
  /** On Windows, from a parent in Rust, in place of `fd`: the name of the pipe to open. */
  readonly pipe?: string;
  /** The id of the process that has made the pipe. */
  readonly parent?: number;
  /** The absolute path of the addon. */
  readonly addon: string;
  /** NODE_OPTIONS as the child's program is to see it, if the parent had to change it. */
  readonly nodeOptions?: string;
}

/** Node's own variables for a channel: ours takes their place. */
const STOCK = ['NODE_CHANNEL_FD', 'NODE_CHANNEL_SERIALIZATION_MODE'] as const;

/** The environment a child is started with. */
export function childEnvironment(
  env: NodeJS.ProcessEnv,
  handoff: Handoff,
  preload: string,
): Record<string, string | undefined> {
  const copy = without(env, STOCK);
  const options = copy['NODE_OPTIONS'];
  if (options === undefined || !preloads(options)) {
    copy[VARIABLE] = JSON.stringify(handoff);
  } else {
    // Its modules come before those of the command line, and in Node they find process.send there.
    copy['NODE_OPTIONS'] = `--require ${JSON.stringify(preload)} ${options}`;
    copy[VARIABLE] = JSON.stringify({ ...handoff, nodeOptions: options });
  }
  return copy;
}

/** The environment of a child that knows forkwire by itself, such as one in Rust. */
export function nativeEnvironment(
  env: NodeJS.ProcessEnv,
  handoff: Handoff,
): Record<string, string | undefined> {
  return { ...without(env, STOCK), [VARIABLE]: JSON.stringify(handoff) };
}

/** The environment of a child on Node's own wire: what Node gives it. */
export function stockEnvironment(
  env: NodeJS.ProcessEnv,
  fd: number,
  serialization: string,
): Record<string, string | undefined> {
  const [channel, mode] = STOCK;
  return { ...without(env, [VARIABLE]), [channel]: String(fd), [mode]: serialization };
}

/**
 * Reads and deletes the variable. Undefined if there is none, or none that a parent of this version wrote. A parent in
 * Rust leaves out what has its default.
 */
export function takeHandoff(env: NodeJS.ProcessEnv): Handoff | undefined {
  const text = env[VARIABLE];
  if (text === undefined) return undefined;
  delete env[VARIABLE];
  try {
    const handoff = { ...defaults, ...(JSON.parse(text) as Handoff) };
    if (handoff.nodeOptions !== undefined) env['NODE_OPTIONS'] = handoff.nodeOptions;
    return Number.isInteger(handoff.fd) || typeof handoff.pipe === 'string' ? handoff : undefined;
  } catch {
    return undefined;
  }
}

/** A copy. Inherited properties count, as they do in Node. */
function without(env: NodeJS.ProcessEnv, names: readonly string[]): Record<string, string | undefined> {
  const copy: Record<string, string | undefined> = {};
  for (const name in env) if (!names.includes(name)) copy[name] = env[name];
  return copy;
}

function preloads(options: string): boolean {
  return /(^|\s)(-r|--require)(\s|=|$)/.test(options);
}
