// Finds the file of the addon and loads it past Node's module loader, so that it enters no module cache.
import { dirname, sep } from 'node:path';
import { existsSync, readFileSync } from '../platform/files.js';
import { ObjectAssign, ReflectApply, StringPrototypeIncludes, process } from '../platform/primordials.js';
import { builtinsAnd, loadPrivately, requireFrom } from '../platform/private-module.js';

const { dlopen } = process;

/** Made by napi: it finds the addon for this platform. */
const LOADER = `${dirname(__dirname)}${sep}index.js`;

export interface Library {
  readonly exports: unknown;
  /** Absent if it did not come from a file. */
  readonly path: string | undefined;
}

/** What makes the generated loader look elsewhere. */
const OVERRIDES = [
  'NAPI_RS_NATIVE_LIBRARY_PATH',
  'NAPI_RS_FORCE_WASI',
  'NAPI_RS_ENFORCE_VERSION_CHECK',
] as const;

/**
 * The addon for this platform.
 * @throws what the generated loader throws: an error whose causes name each file and package that it tried
 */
export function findLibrary(): Library {
  return openUsual() ?? openGenerated();
}

/**
 * Linux: what the generated loader would find first. Compiling and running that loader takes 2 ms, a sixth of what the first fork() of a
 * program costs. Undefined if it is not there or does not load; the generated loader then says why.
 */
function openUsual(): Library | undefined {
  if (process.platform !== 'linux') return undefined;
  for (let i = 0; i < OVERRIDES.length; i++)
    if (process.env[OVERRIDES[i] as string] !== undefined) return undefined;
  try {
    const libc = StringPrototypeIncludes(readFileSync('/usr/bin/ldd', 'utf8'), 'musl') ? 'musl' : 'gnu';
    const name = `linux-${process.arch}-${libc}`;
    const beside = `${dirname(LOADER)}${sep}forkwire.${name}.node`;
    const path = existsSync(beside) ? beside : requireFrom(LOADER).resolve(`@forkwire/binding-${name}`);
    return { exports: openLibrary(path), path };
  } catch {
    return undefined;
  }
}

/** The loader that napi generated chooses the file. */
function openGenerated(): Library {
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
