// Chooses the wire of a child.
import { realpathSync } from '../platform/files.js';
import { basename } from 'node:path';
import type { ForkRequest } from './fork-request.js';
import { bunClone } from '../errors.js';
import { isWorker, whyNodeWorker } from './cluster-worker.js';
import { native, nativePath } from '../addon/native.js';
import { isReplaced, whyNoFiles } from './package-files.js';
import { isWindows } from '../platform/system.js';
import { runtime } from '../platform/runtime.js';
import type { Wire } from '../types.js';
import { ArrayPrototypeIncludes, process } from '../platform/primordials.js';

/** Flags with which a child loads no addon, or passes Node's channel on to another process. */
const FLAGS = [
  '--no-addons',
  '--permission',
  '--experimental-permission',
  '--permission-audit',
  '--watch',
  '--watch-path',
];

/** Error codes for an addon that this process is not allowed to load. */
const FORBIDDEN = ['ERR_DLOPEN_DISABLED', 'ERR_ACCESS_DENIED'];

interface Choice {
  readonly wire: Wire;
  readonly why: string;
}

/** @throws what loading the addon throws, if that was allowed */
export function chooseWire(request: ForkRequest): Choice {
  const none = whyNoChannel();
  if (none !== undefined) return { wire: 'stock', why: none };
  const reason = whyNode(request);
  if (reason === undefined) return { wire: 'native', why: request.modulePath };
  const bun = whyBunChannel(request.execPath, request.settings.serialization);
  return bun === undefined ? { wire: 'node', why: reason } : { wire: 'stock', why: bun };
}

/**
 * Why this process can only use the channel of node:child_process. Undefined if it can use ours.
 *
 * @throws what loading the addon throws, if that was allowed
 */
export function whyNoChannel(): string | undefined {
  if (process.env['FORKWIRE'] === 'off') return 'FORKWIRE is off';
  if (runtime === 'Electron') return 'this is Electron';
  if (isWindows && runtime !== 'Node') return `this is ${runtime} on Windows`;
  if ((process as { permission?: object }).permission !== undefined)
    return 'this process has the permission model on';
  return whyNoAddon();
}

/** Why this child gets Node's own wire. Undefined if it can get the native one. */
function whyNode({ execPath, execArgv, env, options }: ForkRequest): string | undefined {
  if (options.wire === 'node') return 'the option wire says so';
  if (!isThisProgram(execPath)) return `execPath is another program: ${execPath}`;
  if (env['FORKWIRE'] === 'off') return 'FORKWIRE is off in its environment';
  const worker = isWorker(env) ? whyNodeWorker() : undefined;
  if (worker !== undefined) return worker;
  const flag = forbidding(execArgv) ?? forbidding((env['NODE_OPTIONS'] ?? '').split(/[\s"]+/));
  return flag === undefined
    ? whyNoFiles(nativePath(), options)
    : `its option ${flag} asks for Node's own channel`;
}

/**
 * Why a child on Node's wire gets Bun's own channel instead: Bun's structured clones differ from Node's.
 *
 * @throws ERR_INVALID_ARG_VALUE if the child is not Bun either
 */
export function whyBunChannel(program: string, serialization: string): string | undefined {
  if (runtime !== 'Bun' || serialization !== 'advanced') return undefined;
  if (program !== basename(process.execPath) && !isThisProgram(program)) throw bunClone(program);
  return 'only Bun reads the structured clones of Bun';
}

function isThisProgram(execPath: string): boolean {
  if (execPath === process.execPath) return true;
  try {
    return realpathSync(execPath) === realpathSync(process.execPath);
  } catch {
    return false; // Node will report that it does not exist
  }
}

function forbidding(list: readonly string[]): string | undefined {
  for (let i = 0; i < list.length; i++) {
    // Node takes each of its options with underscores too.
    const name = (list[i] as string).split('=', 1)[0] as string;
    if (ArrayPrototypeIncludes(FLAGS, name.replaceAll('_', '-'))) return list[i];
  }
  return undefined;
}

function whyNoAddon(): string | undefined {
  try {
    native();
    return undefined;
  } catch (error) {
    const code = whyForbidden();
    if (code !== undefined) return `this process may not load the addon (${code})`;
    if (isReplaced()) return 'the files of forkwire were replaced before this program had loaded them';
    throw error;
  }
}

interface DenoPermissions {
  querySync(descriptor: { name: string }): { state: string };
}

/** The code with which the runtime refuses every addon. The generated loader does not keep the codes of its errors. */
function whyForbidden(): string | undefined {
  if (runtime === 'Deno') {
    const { Deno } = globalThis as unknown as { Deno: { permissions: DenoPermissions } };
    return Deno.permissions.querySync({ name: 'ffi' }).state === 'granted'
      ? undefined
      : 'it needs --allow-ffi';
  }
  try {
    process.dlopen({ exports: {} }, '');
  } catch (error) {
    const { code } = error as { code: string };
    return ArrayPrototypeIncludes(FORBIDDEN, code) ? code : undefined;
  }
  return undefined;
}
