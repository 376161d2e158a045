// Loads the package's own files without Node's module loader, so that they stay out of a program that never asked for them: out
// of require.cache, `module.children`, `node --watch` and coverage reports, and away from the hooks that transpilers and mocks
// add to the loader.
import type NodeModule = require('node:module');
import { basename, dirname } from 'node:path';
import type { Script, ScriptOptions } from 'node:vm';
import { readFileSync } from './files.js';
import { ReflectApply, process } from './captured.js';

export type Load = (id: string) => unknown;

/** What Node wraps a CommonJS module in, and a global that the program may have replaced. */
const WRAPPER = ['(function (exports, require, module, __filename, __dirname, process) { ', '\n})'] as const;

const { getBuiltinModule } = process as { getBuiltinModule?: Load };

/** A built-in module, or undefined. Node has its modules without the loader. */
function builtin(id: string): unknown {
  return getBuiltinModule === undefined ? require(id) : ReflectApply(getBuiltinModule, process, [id]);
}

/** `createRequire()` of node:module, which takes time to load and is rarely needed. */
export function requireFrom(file: string): NodeJS.Require {
  return (builtin('node:module') as typeof NodeModule).createRequire(file);
}

/**
 * Compiles a CommonJS file.
 *
 * @param code V8's code cache of the same file, which saves most of the time. V8 refuses what does not fit.
 * @throws what reading the file throws
 */
export function compile(file: string, code?: Buffer): Script {
  const vm = builtin('node:vm') as typeof import('node:vm');
  const [before, after] = WRAPPER;
  return new vm.Script(`${before}${readFileSync(file, 'utf8')}${after}`, {
    __proto__: null,
    filename: nameOf(file),
    columnOffset: -before.length,
    cachedData: code,
  } as ScriptOptions);
}

/** Runs what `compile()` has made of a file, and returns what it exports. Each call runs it again. */
export function run(script: Script, file: string, load: Load): unknown {
  const module = { exports: {} };
  const wrapped = script.runInThisContext() as () => void;
  ReflectApply(wrapped, module.exports, [module.exports, load, module, file, dirname(file), process]);
  return module.exports;
}

/**
 * Runs a CommonJS file and returns what it exports. Each call runs it again.
 *
 * @param load its `require`
 * @throws what reading the file throws, and what the file throws
 */
export function loadPrivately(file: string, load: Load = builtinsAnd(requireFrom(file))): unknown {
  return run(compile(file), file, load);
}

/** A `require` that gets built-in modules without the loader, and leaves the rest to `load`. */
export function builtinsAnd(load: Load): Load {
  if (getBuiltinModule === undefined) return load;
  return (id) => builtin(id) ?? load(id);
}

/**
 * A `require` for a bundle: of what it is given, of built-in modules, and of the files beside it.
 *
 * @param given what returns a module, by its name
 */
export function requireFor(file: string, given: Readonly<Record<string, (() => unknown) | undefined>>): Load {
  const made: Record<string, unknown> = { __proto__: null };
  const others = builtinsAnd((id) => requireFrom(file)(id));
  return (id) => (made[id] ??= given[id] === undefined ? others(id) : given[id]());
}

/**
 * The name in stack traces: the path, except while coverage is collected, which reports every script with a path as its
 * name.
 */
function nameOf(file: string): string {
  return process.env['NODE_V8_COVERAGE'] === undefined ? file : `forkwire:${basename(file)}`;
}
