// Loads the channels with the first child that gets one, so that they cost other programs nothing. What loads them is in a file of its
// own too, dist/loader.js: every program that loads forkwire compiles this one.
import { AsyncResource } from 'node:async_hooks';
import type { Script, ScriptOptions } from 'node:vm';
import * as files from '../platform/files.js';
import * as capturing from '../platform/captured.js';
import { ReflectApply, getBuiltinModule, process } from '../platform/captured.js';
import { version } from '../platform/version.js';
import * as sharing from './shared.js';
import type { Channels, Loader } from './shared.js';

/** What is loaded here. */
const FILES = ['channels.js', 'loader.js', 'parent.js'] as const;

/** The channels keep the async context in which they are loaded. It must not be that of the first fork(). */
const context = new AsyncResource('FORKWIRE');

/**
 * Returns undefined if the package was removed or replaced by another version after this program had loaded it, or if no descriptor is
 * free to read it with: Node's own channel then reports that, in its own way.
 *
 * @throws {Error} if this copy never had the files
 */
export function loadChannels(): Channels | undefined {
  return sharing.shared.loaded[__dirname] ?? load();
}

/** @throws {Error} where {@link loadChannels} returns undefined */
export function neededChannels(): Channels {
  const channels = loadChannels();
  if (channels !== undefined) return channels;
  throw new Error(
    'forkwire: its files were removed or replaced while this program ran, or no descriptor is free to read them with',
  );
}

function load(): Channels | undefined {
  try {
    const { load: channels, version: found } = loader();
    if (found !== version) return undefined;
    return (sharing.shared.loaded[__dirname] = context.runInAsyncScope(channels));
  } catch (cause) {
    const { code } = cause as { code?: unknown };
    if (code === 'EMFILE' || code === 'ENFILE') return undefined;
    const missing = findMissing();
    if (missing === undefined) throw cause;
    if (isRemoved()) return undefined;
    throw new Error(
      `forkwire: ${missing} is missing. Keep forkwire out of your bundle (as an external package), or build it again ` +
        'with "npm run build".',
      { cause },
    );
  }
}

function findMissing(): string | undefined {
  for (let i = 0; i < FILES.length; i++) {
    const file = fileNamed(FILES[i] as string);
    if (!files.existsSync(file)) return file;
  }
  return undefined;
}

/**
 * Whether the files went while this program ran, so that its folder is gone or has changed since. Otherwise they were never there: a
 * bundler took this file into another, where `module` is its own, or left the rest out.
 */
function isRemoved(): boolean {
  if (module.filename !== __filename) return false;
  const { performance } = builtin('node:perf_hooks') as typeof import('node:perf_hooks');
  try {
    return files.statSync(__dirname).mtimeMs > performance.timeOrigin;
  } catch {
    return true;
  }
}

let loaded: Loader | undefined;

/** @throws what reading the file throws */
export function loader(): Loader {
  return (loaded ??= run(fileNamed('loader.js')));
}

/** Without Node's module loader: see src/platform/private-module.ts, which is in the file. The build has wrapped it. */
function run(file: string): Loader {
  const { Script: Compiled } = builtin('node:vm') as { Script: typeof Script };
  const options = { __proto__: null, filename: 'forkwire:loader.js' } as ScriptOptions;
  const script = new Compiled(files.readFileSync(file, 'utf8'), options);
  const module = { exports: {}, given };
  const requiring = (id: string) => given[id]?.() ?? builtin(id);
  const wrapped = script.runInThisContext() as (...all: unknown[]) => void;
  wrapped(module.exports, requiring, module, file, __dirname, process);
  return module.exports as Loader;
}

function fileNamed(name: string): string {
  return `${__dirname}${(builtin('node:path') as typeof import('node:path')).sep}${name}`;
}

function builtin(id: string): unknown {
  return getBuiltinModule === undefined ? require(id) : ReflectApply(getBuiltinModule, process, [id]);
}

/** The modules that this copy passes on, because the program may have changed what they captured at load. */
const given: Record<string, (() => unknown) | undefined> = {
  __proto__: null as never,
  './files.js': () => files,
  './captured.js': () => capturing,
  './shared.js': () => sharing,
};
