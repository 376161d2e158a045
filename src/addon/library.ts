// Finds the file of the addon and loads it past Node's module loader, so that it enters no module cache.
import { dirname, sep } from 'node:path';
import { ObjectAssign, ReflectApply, process } from '../platform/primordials.js';
import { builtinsAnd, loadPrivately, requireFrom } from '../platform/private-module.js';

const { dlopen } = process;

/** Made by napi: it finds the addon for this platform. */
const LOADER = `${dirname(__dirname)}${sep}index.js`;

export interface Library {
  readonly exports: unknown;
  /** Absent if it did not come from a file. */
  readonly path: string | undefined;
}

/**
 * The addon for this platform. The loader that napi generated chooses the file.
 * @throws what the loader throws: an error whose causes name each file and package that it tried
 */
export function findLibrary(): Library {
  const resolver = requireFrom(LOADER);
  let path: string | undefined;
  const choose = (id: string): unknown => {
    const file = resolver.resolve(id);
    if (!file.endsWith('.node')) return resolver(id);
    path = file;
    return openLibrary(file);
  };
  const load = ObjectAssign(builtinsAnd(choose), { resolve: resolver.resolve });
  return { exports: loadPrivately(LOADER, load), path };
}

/** @throws what the system says of a file that cannot be loaded */
export function openLibrary(file: string): unknown {
  const target = { exports: {} };
  ReflectApply(dlopen, process, [target, file]);
  return target.exports;
}
