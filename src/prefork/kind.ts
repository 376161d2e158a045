// What cannot be changed once a process is started decides whether a spare fits a child.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UNIQUE_ID, workerOf } from '../start/cluster-worker.js';
import type { ForkRequest } from '../start/fork-request.js';
import { isWindows } from '../platform/system.js';
import { runtime } from '../platform/runtime.js';
import { NumberIsInteger, process } from '../platform/primordials.js';
import { identify } from './identity.js';
import type { Identity } from './identity.js';
import { requiresModules, unwaitable, wordsOf } from './node-options.js';
import { differingVariable } from './start-variables.js';
import type { Starter } from './starter.js';
import { isGiven, shapeOf } from './stdio.js';

/** Options of fork() that say how a process is started. */
const FIXED = ['uid', 'gid', 'detached', 'argv0', 'windowsHide', 'windowsVerbatimArguments'] as const;

type Fixed = Partial<Record<(typeof FIXED)[number], unknown>>;

/** How a spare is started, or how a child would be. */
export interface Kind {
  readonly request: ForkRequest;
  readonly env: Readonly<Record<string, string>>;
  /** The id of a worker of node:cluster, which is not in `env`. Undefined if it is none. */
  readonly worker: string | undefined;
  readonly cwd: string;
  readonly shape: string;
  /** What it inherits beside that. */
  readonly identity: Identity;
  /** Whether modules are looked up from `cwd` before the program runs. */
  readonly bound: boolean;
}

export function kindOf(request: ForkRequest, starter: Starter): Kind {
  const env = starter.environment(request.env);
  const worker = workerOf(env);
  if (worker !== undefined) delete env[UNIQUE_ID];
  const { cwd } = request.options;
  return {
    request,
    env,
    worker,
    cwd:
      cwd === undefined || cwd === null
        ? process.cwd()
        : resolve(cwd instanceof URL ? fileURLToPath(cwd) : cwd),
    shape: shapeOf(request.stdio),
    identity: identify(),
    bound: requiresModules(request.execArgv) || requiresModules(wordsOf(env['NODE_OPTIONS'])),
  };
}

/** What is needed to start spares, and nothing else that a program has passed. */
export function essenceOf(request: ForkRequest): ForkRequest {
  const { cwd, wire } = request.options;
  const options = { cwd, wire } as Fixed;
  for (const name of FIXED) options[name] = (request.options as Fixed)[name];
  const stdio = request.stdio.map((entry, position) => (isGiven(entry, position) ? 'inherit' : entry));
  return { ...request, modulePath: '', args: [], stdio, options: options as ForkRequest['options'] };
}

/** Why no process of this kind can be started before it is asked for. Undefined if one can. */
export function whyNoSpare({ request, env }: Kind, starter: Starter): string | undefined {
  if (runtime !== 'Node') return `${runtime} has no way to wait for a program`;
  if (isWindows) return 'Windows cannot change the handles of a process that runs';
  const wire = starter.whyNotNative(request);
  if (wire !== undefined) return wire;
  const option = unwaitable([...request.execArgv, ...wordsOf(env['NODE_OPTIONS'])]);
  return option === undefined ? undefined : `the option ${option} asks for a process of its own`;
}

/** Why spares with these modules cannot be a worker of node:cluster, which looks once whether it is in one. */
export function whyNoWorker({ worker }: Kind, preload: readonly string[]): string | undefined {
  if (worker === undefined || preload.length === 0) return undefined;
  return 'it is a worker of node:cluster, which a module of preload may have loaded';
}

/** Why a spare of the kind `spare` is not what `wanted` asks for. Undefined if it is. */
export function whyNot(spare: Kind, wanted: Kind): string | undefined {
  const [a, b] = [spare.request, wanted.request];
  if (a.execPath !== b.execPath) return 'execPath differs';
  if (!isSame(a.execArgv, b.execArgv)) return 'execArgv differs';
  if (spare.shape !== wanted.shape) return 'stdio differs';
  const [fixed, asked] = [a.options, b.options] as Fixed[];
  const option = FIXED.find((name) => (fixed?.[name] ?? false) !== (asked?.[name] ?? false));
  if (option !== undefined) return `${option} differs`;
  const variable = differingVariable(spare.env, wanted.env);
  if (variable !== undefined) return `the variable ${variable} differs`;
  if (spare.identity.text !== wanted.identity.text)
    return 'the rights, CPUs or priority of this process differ';
  return spare.cwd !== wanted.cwd && spare.bound
    ? 'cwd differs, from which --require looks for its modules'
    : undefined;
}

/** Why no spare can run this program. Undefined if one can. */
export function whyNotProgram({ modulePath, args, options }: ForkRequest): string | undefined {
  const { cwd } = options as { cwd?: unknown };
  if (cwd !== undefined && cwd !== null && typeof cwd !== 'string' && !(cwd instanceof URL))
    return 'Node has to judge its cwd';
  // Node takes these for options, for its standard input, and for its debugger.
  if (modulePath === '' || modulePath.startsWith('-') || modulePath === 'inspect')
    return 'the file has a name that Node takes for something else';
  if (!args.every((argument) => typeof argument === 'string')) return 'Node has to judge its arguments';
  const { shell, timeout, killSignal } = options as {
    shell?: unknown;
    timeout?: unknown;
    killSignal?: unknown;
  };
  if (shell) return 'it is to run in a shell';
  if (timeout !== undefined && !(NumberIsInteger(timeout) && (timeout as number) >= 0))
    return 'Node has to judge its timeout';
  if (killSignal !== undefined && typeof killSignal !== 'string' && typeof killSignal !== 'number')
    return 'Node has to judge its killSignal';
  const { signal } = options;
  return signal === undefined || signal instanceof AbortSignal ? undefined : 'Node has to judge its signal';
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
