// inheritedServers(): sockets that the process was started with.
import { native } from '../addon/native.js';
import type { ObjectType } from '../addon/native.js';
import type { InheritedServer as PublicServer } from '../descriptor-types.js';
import { process } from '../platform/primordials.js';
import { isWindows } from '../platform/system.js';
import { wrongListenFds } from './descriptor-errors.js';
import { InheritedServer } from './inherited-server.js';
import { VARIABLES, readListenFds } from './listen-fds.js';
import type WorkerThreads = require('node:worker_threads');

let known: readonly PublicServer[] | undefined;

export function inheritedServers(): PublicServer[] {
  known ??= take();
  return [...known];
}

/** The descriptors belong to the process. So a worker thread, which has a copy of the environment, leaves them to the main thread. */
function take(): PublicServer[] {
  const { isMainThread } = require('node:worker_threads') as typeof WorkerThreads;
  if (isWindows || !isMainThread) return [];
  const passed = readListenFds(process.env, process.pid);
  for (const { fd, name } of passed) check(fd, name);
  for (const { fd } of passed) native().closeOnExec(fd);
  for (const variable of VARIABLES) delete process.env[variable];
  return passed.map(({ fd, name }) => new InheritedServer(fd, name));
}

/** Nothing has been taken yet: if one is wrong, all are as they were. */
function check(fd: number, name: string): void {
  let type: ObjectType;
  try {
    ({ type } = native().describeFd(fd));
  } catch (cause) {
    throw wrongListenFds(`descriptor ${fd} ('${name}') is not open`, cause);
  }
  // A number that was not passed may be one that the runtime has opened for itself.
  if (type === 'poller' || type === 'unknown') {
    throw wrongListenFds(`descriptor ${fd} ('${name}') belongs to the runtime`);
  }
}
