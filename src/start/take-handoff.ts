// How a child learns of its channel: from one environment variable, which it deletes at once. This runs before the program, and so
// before anything can be replaced. handoff.ts has the parent's side.
import { defaults } from '../channel/defaults.js';
import { UNIQUE_ID } from './cluster-worker.js';
import type { Settings } from '../channel/settings.js';

export const VARIABLE = 'FORKWIRE_CHANNEL';

export interface Handoff extends Settings {
  /** The descriptor of the child's end, in the child. */
  readonly fd: number;
  /** The name of the pipe to open, in place of `fd`. Only from a parent in Rust on Windows. */
  readonly pipe?: string;
  /** The id of the process that made the pipe. */
  readonly parent?: number;
  /** The absolute path of the addon. */
  readonly addon: string;
  /** Present in a spare, which waits at `fd` for its program: the modules that it loads before. */
  readonly preload?: readonly string[];
  /** A descriptor whose other end the parent has as long as it lives: the child ends with it. */
  readonly lifeline?: number;
  /** Milliseconds between SIGTERM and SIGKILL then. */
  readonly graceMs?: number;
  /** Bytes of compiled code that precede everything on the channel: see take-code.ts. */
  readonly code?: number;
  /** The value of NODE_OPTIONS for the child's program, if the parent had to change it. */
  readonly nodeOptions?: string;
  /** The value of NODE_UNIQUE_ID for a worker of node:cluster: see cluster-worker.ts. */
  readonly worker?: string;
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
    if (handoff.worker !== undefined) env[UNIQUE_ID] = handoff.worker;
    return Number.isInteger(handoff.fd) || typeof handoff.pipe === 'string' ? handoff : undefined;
  } catch {
    return undefined;
  }
}
