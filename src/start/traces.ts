// Removes the traces of a preloaded file of this package, so that the program sees what it would see without it.
import { realpathSync } from '../platform/files.js';
import { basename } from 'node:path';
import { runtime } from '../platform/runtime.js';

/** The parts of Node's loader that remember a loaded module, and what makes `import` see a changed built-in one. */
interface Loader {
  syncBuiltinESMExports(): void;
  _cache?: Record<string, unknown>; // nor where a file was loaded past the loader
  _pathCache?: Record<string, unknown>; // not on every runtime
}

/** Removes a preloaded module from the command line that `process` shows, and from the loader. */
export function hideTraces(self: NodeJS.Module): void {
  const { filename } = self;
  const { execArgv } = process;
  const at = execArgv.findIndex(
    (argument, index) => argument === '--require' && isFile(execArgv[index + 1], filename),
  );
  if (at !== -1) execArgv.splice(at, 2);
  const preloads = Object.getOwnPropertyDescriptor(process, '_preload_modules');
  if (Array.isArray(preloads?.value)) {
    // A new list: Node is walking through the old one, and would skip the module that follows.
    const value = (preloads.value as string[]).filter((path) => !isFile(path, filename));
    Object.defineProperty(process, '_preload_modules', { ...preloads, value });
  }
  forget(self);
}

/**
 * Takes the modules that `isOurs` picks off the list of preloads that Node is walking through, but not out of what
 * `process` shows.
 * @returns whether there was one
 */
export function skipPreloads(isOurs: (path: string) => boolean): boolean {
  const preloads = Object.getOwnPropertyDescriptor(process, '_preload_modules');
  const walked = preloads?.value as string[] | undefined;
  if (preloads === undefined || !Array.isArray(walked) || !walked.some(isOurs)) return false;
  Object.defineProperty(process, '_preload_modules', { ...preloads, value: [...walked] });
  walked.splice(0, walked.length, ...walked.filter((path) => !isOurs(path)));
  return true;
}

/** Removes a module from the loader, as if it had never been loaded. */
export function forget(self: NodeJS.Module): void {
  const { filename } = self;
  const parent = parentOf(self);
  if (parent) remove(parent.children, self);
  const { _cache: cache = {}, _pathCache: paths = {} } = loaderOf(self);
  delete cache[filename];
  for (const key in paths) if (paths[key] === filename) delete paths[key];
}

/** On Node, a module that the loader has loaded has it as its class, which saves the time that loading node:module takes. */
export function loaderOf(self: NodeJS.Module): Loader {
  const own = self.constructor as unknown as Loader;
  return runtime === 'Node' && own._cache !== undefined ? own : (require('node:module') as unknown as Loader);
}

/** With --preserve-symlinks in only one of the two processes, a file has two paths. */
export function isFile(path: string | undefined, filename: string): boolean {
  if (path === undefined || path === filename) return path !== undefined;
  if (basename(path) !== basename(filename)) return false; // what follows asks the file system
  try {
    return realpathSync(path) === realpathSync(filename);
  } catch {
    return false;
  }
}

/**
 * The parent of the preloaded modules. Undefined where reading it is deprecated (--pending-deprecation): a warning would be
 * a trace too.
 */
function parentOf(self: NodeJS.Module): NodeJS.Module | null | undefined {
  const property = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(self), 'parent');
  const getter = property?.get as ((this: NodeJS.Module) => NodeJS.Module | null | undefined) | undefined;
  return getter?.name === 'deprecated' ? undefined : getter?.call(self);
}

function remove<T>(list: T[], item: T): void {
  const index = list.indexOf(item);
  if (index !== -1) list.splice(index, 1);
}
