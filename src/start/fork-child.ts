// fork(), once the channels are loaded.
import type { ChildProcess as NodeChildProcess } from 'node:child_process';
import { childArguments, hidePreload } from './child-command.js';
import { isWorker } from './cluster-worker.js';
import { sendCode } from './code-cache.js';
import { FOLLOWS } from './take-code.js';
import { readRequest } from './fork-request.js';
import type { ForkRequest } from './fork-request.js';
import { childEnvironment, stockEnvironment } from './handoff.js';
import { nativePath } from '../addon/native.js';
import { PRELOAD } from '../platform/paths.js';
import { endingOf } from './dispose.js';
import { lifelineOf, requireNative } from './lifeline.js';
import { createPair, mark, start } from './start.js';
import { shared } from './shared.js';
import type { ChildProcess } from '../child-types.js';
import { chooseWire } from './wire-choice.js';

/** `fork()`. Its declaration and documentation are in fork.ts. */
export function forkChild(modulePath: unknown, args: unknown, options: unknown): ChildProcess {
  const request = readRequest(modulePath, args, options);
  if (request === undefined) return forkStock(modulePath, args, options, 'Node has to judge its arguments');
  const { wire, why } = chooseWire(request);
  if (wire === 'stock') return forkStock(modulePath, args, options, why);
  requireNative(request.lifetime, wire, why);
  const pair = createPair();
  if (pair === undefined) return forkStock(modulePath, args, options, 'there are no descriptors left');
  const child = wire === 'native' ? forkNative(request, pair) : forkNode(request, pair);
  return mark(child, wire, why, endingOf(request.options, request.lifetime));
}

function forkStock(modulePath: unknown, args: unknown, options: unknown, why: string): ChildProcess {
  const original = shared.stock.fork as (...all: unknown[]) => NodeChildProcess;
  return mark(original(modulePath, args, options), 'stock', why);
}

function forkNative(request: ForkRequest, pair: [number, number]): NodeChildProcess {
  const { execPath, execArgv, modulePath, args, fd, stdio, settings, options } = request;
  const lifeline = lifelineOf(request.lifetime, stdio);
  const code = sendCode(pair[0], true);
  const handoff = { ...settings, ...lifeline?.handoff, fd, addon: nativePath(), code };
  const env = childEnvironment(request.env, handoff, PRELOAD);
  const all = childArguments(PRELOAD, execArgv, [modulePath, ...args]);
  const how = { __proto__: null, ...options, env, shell: false };
  const child = start(
    {
      file: execPath,
      args: all,
      options: how,
      stdio,
      fd,
      settings,
      lifeline,
      worker: isWorker(request.env),
      codeFollows: code === FOLLOWS,
    },
    pair,
  );
  hidePreload(child.spawnargs, PRELOAD); // as the program gave them; the error of a failed start shows them too
  return child;
}

function forkNode(request: ForkRequest, pair: [number, number]): NodeChildProcess {
  const { execPath, execArgv, modulePath, args, fd, stdio, settings, options } = request;
  const env = stockEnvironment(request.env, fd, settings.serialization);
  const all = [...execArgv, modulePath, ...args];
  const how = { __proto__: null, ...options, env, shell: false };
  return start(
    {
      file: execPath,
      args: all,
      options: how,
      stdio,
      fd,
      settings: { ...settings, wire: 'node' },
      worker: isWorker(request.env),
    },
    pair,
  );
}
