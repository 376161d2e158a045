// Takes away what shows that a module was preloaded: the child's program is to see what it would see without.
import type NodeModule = require('node:module');

/** The parts of Node's loader that remember a preloaded module. */
interface Loader {
  _cache: Record<string, unknown>;
  _pathCache?: Record<string, unknown>; // not on every runtime
}

export function hideTraces(self: NodeJS.Module): void {
  const { filename } = self;
  removePair(process.execArgv, '--require', filename);
  const preloads = Object.getOwnPropertyDescriptor(process, '_preload_modules');
  if (Array.isArray(preloads?.value)) {
    // A new list: Node is walking through the old one, and would skip the program's own module behind us.
    const value = (preloads.value as string[]).filter((path) => path !== filename);
    Object.defineProperty(process, '_preload_modules', { ...preloads, value });
  }
  const parent = parentOf(self);
  if (parent) remove(parent.children, self);
  const loader = require('node:module') as typeof NodeModule & Loader;
  delete loader._cache[filename];
  const { _pathCache: paths = {} } = loader;
  for (const key of Object.keys(paths)) {
    if (paths[key] === filename) delete paths[key];
  }
}

/**
 * The holder of the preloaded modules. Undefined where asking for it is deprecated (--pending-deprecation): a warning
 * would be more of a trace.
 */
function parentOf(self: NodeJS.Module): NodeJS.Module | null | undefined {
  const property = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(self), 'parent');
  const getter = property?.get as ((this: NodeJS.Module) => NodeJS.Module | null | undefined) | undefined;
  return getter?.name === 'deprecated' ? undefined : getter?.call(self);
}

function removePair(list: string[], first: string, second: string): void {
  const index = list.findIndex((item, at) => item === first && list[at + 1] === second);
  if (index !== -1) list.splice(index, 2);
}

function remove<T>(list: T[], item: T): void {
  const index = list.indexOf(item);
  if (index !== -1) list.splice(index, 1);
}
