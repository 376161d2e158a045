// Workers of node:cluster. Node sets a worker up before it loads any module, and that needs the channel. On the native wire
// the preload brings the channel. So the variable that makes a process a worker travels in the hand-off, and the preload sets
// the worker up right after its channel.
import type { Cluster, ClusterSettings } from 'node:cluster';
import { runtime } from '../platform/runtime.js';
import { isWindows } from '../platform/system.js';
import { process } from '../platform/captured.js';

/** The variable in which node:cluster gives a worker its id. */
export const UNIQUE_ID = 'NODE_UNIQUE_ID';

/** By the rule of initializeClusterIPC() in Node's lib/internal/process/pre_execution.js: an empty id does not count. */
export function isWorker(env: NodeJS.ProcessEnv): boolean {
  return Boolean(env[UNIQUE_ID]);
}

/** Why the workers of this process get Node's own wire. Undefined if they can get the native one. */
export function whyNodeWorker(): string | undefined {
  if (runtime !== 'Node') return `it is a worker of node:cluster, which ${runtime} sets up itself`;
  if (isWindows) return 'it is a worker of node:cluster on Windows';
  const { settings } = require('node:cluster') as Cluster;
  const { wire } = (settings ?? {}) as ClusterSettings & { wire?: unknown };
  return wire === 'node' ? 'the option wire of cluster.setupPrimary() says so' : undefined;
}

/** The id of a worker that gets this environment. Undefined if it is none. */
export function workerOf(env: NodeJS.ProcessEnv): string | undefined {
  return isWorker(env) ? env[UNIQUE_ID] : undefined;
}

/** In a worker, whose channel is there: does what Node does before it loads a module. */
export function setUpWorker(id: string): void {
  if (!process.argv[1]) return;
  process.env[UNIQUE_ID] = id; // by which node:cluster knows that it is in a worker
  const { _setupWorker: setUp } = require('node:cluster') as Cluster & { _setupWorker(): void };
  setUp();
  delete process.env[UNIQUE_ID];
}
