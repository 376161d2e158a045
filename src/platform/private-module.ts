// Loads the package's own files without Node's module loader, so that they stay out of a program that never asked for them: out
// of require.cache, `module.children`, `node --watch` and coverage reports, and away from the hooks that transpilers and mocks
// add to the loader.
import type NodeModule = require('node:module');
import { basename, dirname } from 'node:path';
import type { Script, ScriptOptions } from 'node:vm';
import { readFileSync } from './files.js';
import {
  JSONParse,
  ObjectGetPrototypeOf,
  ObjectPrototype,
  ReflectApply,
  bufferToString,
  getBuiltinModule,
  process,
} from './captured.js';

export type Load = (id: string) => unknown;

/** What returns a module, by the name that it is required by. */
export type Given = Readonly<Record<string, (() => unknown) | undefined>>;

/** The bytes of the last line of a file in two parts. */
const TRAILER = 32;

/** What Node wraps a CommonJS module in, and a global that the program may have replaced. */
const WRAPPER = ['(function (exports, require, module, __filename, __dirname, process) { ', '\n})'] as const;

/** A built-in module, or undefined. Node has its modules without the loader. */
function builtin(id: string): unknown {
  return getBuiltinModule === undefined ? require(id) : ReflectApply(getBuiltinModule, process, [id]);
}

let Compiled: typeof Script | undefined;

/** Node's compiler, as it is at the first call: a program may replace it later. */
export function compiler(): typeof Script {
  return (Compiled ??= (builtin('node:vm') as typeof import('node:vm')).Script);
}

/**
 * Whether what is compiled here makes objects of the program's own kind: not if forkwire was loaded in a context of node:vm, as under
 * jest, whose `Object` is another one.
 */
export function compilesAlike(): boolean {
  let last: unknown = compiler();
  for (let next = last; next !== null; next = ObjectGetPrototypeOf(next)) last = next;
  return last === ObjectPrototype;
}

/** `createRequire()` of node:module, which takes time to load and is rarely needed. */
export function requireFrom(file: string): NodeJS.Require {
  return (builtin('node:module') as typeof NodeModule).createRequire(file);
}

/** Compiles a text in the wrapper. @param code V8's code cache of it, which V8 refuses if it does not fit */
function compile(text: string, file: string, lineOffset = 0, code?: Buffer): Script {
  return new (compiler())(text, {
    __proto__: null,
    filename: nameOf(file),
    lineOffset,
    columnOffset: -WRAPPER[0].length,
    cachedData: code,
  } as ScriptOptions);
}

/** Runs a compiled file, and returns what it exports. @param given what it finds as `module.given` */
function run(script: Script, file: string, load: Load, given?: object): unknown {
  const module = { exports: {}, given };
  const wrapped = script.runInThisContext() as () => void;
  ReflectApply(wrapped, module.exports, [module.exports, load, module, file, dirname(file), process]);
  return module.exports;
}

/** The result of a text that the package has made. @param name for stack traces */
export function runScript(text: string, name: string): unknown {
  const options = { __proto__: null, filename: `forkwire:${name}` } as ScriptOptions;
  return new (compiler())(text, options).runInThisContext();
}

/**
 * Runs a CommonJS file and returns what it exports. Each call runs it again.
 *
 * @param load its `require`
 * @throws what reading the file throws, and what the file throws
 */
export function loadPrivately(file: string, load: Load = builtinsAnd(requireFrom(file))): unknown {
  const [before, after] = WRAPPER;
  return run(compile(`${before}${readFileSync(file, 'utf8')}${after}`, file), file, load);
}

/** A file in two parts that has run. */
export interface Bundle {
  /** The first part. */
  readonly script: Script;
  readonly exports: unknown;
}

/**
 * Runs the first part of a file that scripts/lib/late-modules.mjs has made and wrapped, and the second when the first asks for it. Until
 * then the second is not a string of JavaScript. V8 has room for a megabyte of new objects, of which Node's start needs half. The whole file
 * and a copy of it in the wrapper would take another quarter, and a collection during the start of a child takes longer than all else here.
 *
 * @param given see {@link requireFor}
 * @param code V8's code cache of the first part, which saves most of the time to compile it
 * @throws what reading the file throws, and what the file throws
 */
export function loadBundle(file: string, given: Given, code?: Buffer): Bundle {
  const bytes = readFileSync(file);
  const text = (start: number, end: number) =>
    ReflectApply(bufferToString, bytes, ['utf8', start, end]) as unknown as string;
  const last = bytes.byteLength - TRAILER;
  const [middle, lines] = JSONParse(text(last + '//'.length, bytes.byteLength)) as [number, number];
  const late = (more: object) => run(compile(text(middle, last), file, lines), file, load, more);
  const load = requireFor(file, { __proto__: null as never, ...given, './late.js': () => late });
  const script = compile(text(0, middle), file, 0, code);
  return { script, exports: run(script, file, load) };
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
export function requireFor(file: string, given: Given): Load {
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
