import type { Cluster } from 'node:cluster';
import type { EventEmitter } from 'node:events';
import { ObjectKeys } from '../platform/primordials.js';

/**
 * Whether an 'error' on `target` reaches a listener of the program. On the process of a cluster worker, Node itself listens, and
 * emits the error on the Worker (lib/internal/cluster/worker.js), where it is uncaught if the program does not listen.
 */
export function listensForErrors(target: EventEmitter): boolean {
  if (target.listenerCount('error') === 0) return false;
  return (workerOf(target) ?? target).listenerCount('error') > 0;
}

/** The Worker of node:cluster whose process is `target`. The module is loaded here because errors are rare. */
function workerOf(target: EventEmitter): EventEmitter | undefined {
  const { worker: self, workers } = require('node:cluster') as Cluster;
  if (workers === undefined) return self?.process === (target as unknown) ? self : undefined;
  const ids = ObjectKeys(workers);
  for (let i = 0; i < ids.length; i++) {
    const worker = workers[ids[i] as string];
    if (worker?.process === target) return worker;
  }
  return undefined;
}
