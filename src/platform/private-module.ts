// Loads the package's own files without Node's module loader, so that they stay out of a program that never asked for them: out
// of require.cache, `module.children`, `node --watch` and coverage reports, and away from the hooks that transpilers and mocks
// add to the loader.
import { createRequire, isBuiltin } from 'node:module';
import { basename, dirname } from 'node:path';
import { compileFunction } from 'node:vm';
import type { CompileFunctionOptions } from 'node:vm';
import { readFileSync } from './files.js';
import { ReflectApply, process } from './primordials.js';

export type Load = (id: string) => unknown;

/** The parameters of Node's wrapper around a CommonJS module, and a global that the program may have replaced. */
const PARAMETERS = ['exports', 'require', 'module', '__filename', '__dirname', 'process'];

const { getBuiltinModule } = process as { getBuiltinModule?: Load };

/**
 * Runs a CommonJS file and returns what it exports. Each call runs it again.
 *
 * @param load its `require`
 * @throws what reading the file throws, and what the file throws
 */
export function loadPrivately(file: string, load: Load = builtinsAnd(createRequire(file))): unknown {
  const module = { exports: {} };
  const run = compileFunction(readFileSync(file, 'utf8'), PARAMETERS, {
    __proto__: null,
    filename: nameOf(file),
  } as CompileFunctionOptions);
  ReflectApply(run, module.exports, [module.exports, load, module, file, dirname(file), process]);
  return module.exports;
}

/** A `require` that gets built-in modules without the loader, and leaves the rest to `load`. */
export function builtinsAnd(load: Load): Load {
  if (getBuiltinModule === undefined) return load;
  return (id) => (isBuiltin(id) ? ReflectApply(getBuiltinModule, process, [id]) : load(id));
}

/**
 * The name in stack traces: the path, except while coverage is collected, which reports every script with a path as its
 * name.
 */
function nameOf(file: string): string {
  return process.env['NODE_V8_COVERAGE'] === undefined ? file : `forkwire:${basename(file)}`;
}
