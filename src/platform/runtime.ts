// Which JavaScript runtime this process is, and what follows from it for all channels.

export type Runtime = 'Node' | 'Bun' | 'Deno' | 'Electron';

export const runtime: Runtime = identify();

function identify(): Runtime {
  const { bun, electron } = process.versions;
  if (bun !== undefined) return 'Bun';
  if (electron !== undefined) return 'Electron';
  return 'Deno' in globalThis ? 'Deno' : 'Node';
}

/**
 * How the addon is to wait for the socket; undefined: as it does best. Bun exports libuv's polling as functions that end
 * the process, Deno has none, so that both need the background task.
 */
export const driver = runtime === 'Bun' || runtime === 'Deno' ? 'task' : undefined;

/** Asked of process on Node, and not of node:worker_threads, which takes half a millisecond to load. */
export function isMainThread(): boolean {
  if (runtime === 'Node') return (process.chdir as { disabled?: boolean }).disabled !== true;
  const { isMainThread: main } = require('node:worker_threads') as typeof import('node:worker_threads');
  return main;
}
