// The command line of a child that loads our preload before its program, for each runtime.
import { runtime } from '../platform/runtime.js';
import { ArrayPrototypeIndexOf, ArrayPrototypeSplice, ObjectHasOwn } from '../platform/primordials.js';

/** The options that Deno's own fork() gives a child: every permission, and Node compatibility. */
const DENO = ['run', '-A', '--unstable-bare-node-builtins', '--unstable-detect-cjs'];

/** Deno's own options, which neither Node nor V8 has. */
const DENO_OPTION =
  /^--(allow|deny|ignore|unstable|inspect|v8-flags|no-|config|import-map|lock|env-file|cached-only|node-modules|conditions|quiet)|^-[AqC]/;

/** Options of Node that have another name in Deno. */
const RENAMED: Readonly<Record<string, string>> = {
  '-r': '--require',
  '--require': '--require',
  '--import': '--preload',
  '-C': '--conditions',
  '--no-warnings': '--quiet',
};

/** The arguments of `execPath`: a Node, Bun or Deno like this one. */
export function childArguments(
  preload: string,
  execArgv: readonly string[],
  program: readonly unknown[],
): unknown[] {
  const preloading = ['--require', preload];
  if (runtime === 'Deno') return [...DENO, ...preloading, ...toDeno(execArgv), ...program];
  return [...preloading, ...execArgv, ...program];
}

/** Removes the preload from the command line that a ChildProcess shows. */
export function hidePreload(spawnargs: string[], preload: string): void {
  const at = ArrayPrototypeIndexOf(spawnargs, preload);
  if (at > 0) ArrayPrototypeSplice(spawnargs, at - 1, 2);
}

/** Does what Deno does for its own children: an option that is neither Deno's nor known from Node goes to V8. */
function toDeno(execArgv: readonly string[]): string[] {
  const options: string[] = [];
  const flags: string[] = [];
  let valueFollows = false;
  for (const argument of execArgv) {
    const [name = '', ...value] = argument.split('=');
    const renamed = ObjectHasOwn(RENAMED, name) ? RENAMED[name] : undefined;
    if (valueFollows || !argument.startsWith('-')) {
      options.push(argument);
      valueFollows = false;
    } else if (renamed !== undefined) {
      options.push([renamed, ...value].join('='));
      valueFollows = renamed !== '--quiet' && value.length === 0;
    } else if (DENO_OPTION.test(argument)) {
      options.push(argument);
    } else {
      flags.push(argument);
    }
  }
  return flags.length > 0 ? [...options, `--v8-flags=${flags.join(',')}`] : options;
}
