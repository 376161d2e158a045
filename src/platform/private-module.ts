// Loads the package's own files without Node's module loader, so that a program which never asked for them does not meet
// them: not in require.cache, not in `module.children`, not in what `node --watch` or a coverage report lists, and not
// through the hooks that transpilers and mocks put into the loader.
import { readFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { basename, dirname } from 'node:path';
import { compileFunction } from 'node:vm';

export type Load = (id: string) => unknown;

/** What Node's own wrapper of a CommonJS module takes. */
const PARAMETERS = ['exports', 'require', 'module', '__filename', '__dirname'];

const { apply } = Reflect;
const { getBuiltinModule } = process as { getBuiltinModule?: Load };

/**
 * Runs a CommonJS file and returns what it exports. Each call runs it again.
 *
 * @param load its `require`
 * @throws what reading the file throws, and what the file throws
 */
export function loadPrivately(file: string, load: Load = builtinsAnd(createRequire(file))): unknown {
  const module = { exports: {} };
  const run = compileFunction(readFileSync(file, 'utf8'), PARAMETERS, { filename: nameOf(file) });
  apply(run, module.exports, [module.exports, load, module, file, dirname(file)]);
  return module.exports;
}

/** A `require` that gets built-in modules past the loader, and leaves the rest to `load`. */
export function builtinsAnd(load: Load): Load {
  if (getBuiltinModule === undefined) return load;
  return (id) => (isBuiltin(id) ? apply(getBuiltinModule, process, [id]) : load(id));
}

/**
 * The name in stack traces: the path, but where coverage is collected, which reports every script that is named by a
 * path.
 */
function nameOf(file: string): string {
  return process.env['NODE_V8_COVERAGE'] === undefined ? file : `forkwire:${basename(file)}`;
}
