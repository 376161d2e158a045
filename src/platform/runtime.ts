// Which JavaScript runtime this process is, and what follows for all channels.
import { process } from './captured.js';

export type Runtime = 'Node' | 'Bun' | 'Deno' | 'Electron';

export const runtime: Runtime = identify();

function identify(): Runtime {
  const { bun, electron } = process.versions;
  if (bun !== undefined) return 'Bun';
  if (electron !== undefined) return 'Electron';
  return 'Deno' in globalThis ? 'Deno' : 'Node';
}

/**
 * How the addon waits for the socket. Undefined: the best way on this runtime. Bun exports libuv's polling functions, but they
 * end the process, and Deno has none, so both need the background task.
 */
export const driver = runtime === 'Bun' || runtime === 'Deno' ? 'task' : undefined;

/** Whether messages of one shape are read by compiled code. Bun has another engine, where that has not been measured. */
export const shapes = runtime !== 'Bun';

/** Whether messages of one shape are sent by compiled code, which has been measured on Node. */
export const outlines = runtime === 'Node';

/** On Node, `process` says the same as node:worker_threads, which takes half a millisecond to load. */
export function isMainThread(): boolean {
  if (runtime === 'Node') return (process.chdir as { disabled?: boolean }).disabled !== true;
  const { isMainThread: main } = require('node:worker_threads') as typeof import('node:worker_threads');
  return main;
}
