// spawn() with 'ipc', once the channels are loaded.
import type { ChildProcess as NodeChildProcess } from 'node:child_process';
import { nativeEnvironment, stockEnvironment } from './handoff.js';
import { nativePath } from '../addon/native.js';
import { endingOf } from './dispose.js';
import { readLifetime, readSettings } from '../channel/read-settings.js';
import { lifelineOf, requireNative } from './lifeline.js';
import { createPair, mark, start } from './start.js';
import { shared } from './shared.js';
import type { SpawnOptions } from './spawn.js';
import type { ChildProcess } from '../child-types.js';
import { whyBunChannel, whyNoChannel } from './wire-choice.js';
import { ArrayIsArray, ArrayPrototypeIndexOf, process } from '../platform/primordials.js';

/** `spawn()` with `'ipc'` in `stdio`. Its declaration and documentation are in spawn.ts. */
export function spawnChild(command: unknown, args: unknown, options: unknown): ChildProcess {
  const last = ArrayIsArray(args) || args === undefined || args === null ? options : args;
  // Without a prototype, as in Node: what somebody put on Object.prototype is not an option.
  const given = { __proto__: null, ...(last as SpawnOptions | undefined) } as SpawnOptions;
  const { stdio } = given;
  const fd = ArrayIsArray(stdio) ? ArrayPrototypeIndexOf(stdio, 'ipc') : -1;
  const original = shared.stock.spawn as (...all: unknown[]) => NodeChildProcess;
  // Without a channel there is nothing to do here; two of them, or no program, are for Node to refuse.
  if (
    !ArrayIsArray(stdio) ||
    fd === -1 ||
    ArrayPrototypeIndexOf(stdio, 'ipc', fd + 1) !== -1 ||
    typeof command !== 'string'
  ) {
    return original(command, args, options) as ChildProcess;
  }
  const { serialization = 'json' } = given as { serialization?: string };
  const wire = given.wire === 'native' ? 'native' : 'node';
  const reason = whyNoChannel() ?? (wire === 'node' ? whyBunChannel(command, serialization) : undefined);
  if (reason !== undefined || (serialization !== 'json' && serialization !== 'advanced')) {
    return mark(original(command, args, options), 'stock', reason ?? 'Node has to judge its arguments');
  }
  const settings = { ...readSettings(given), serialization, wire } as const;
  const lifetime = readLifetime(given);
  requireNative(lifetime, wire, 'spawn() starts any program');
  const from = given.env || process.env;
  const lifeline = lifelineOf(lifetime, stdio);
  const env =
    wire === 'native'
      ? nativeEnvironment(from, { ...settings, ...lifeline?.handoff, fd, addon: nativePath() })
      : stockEnvironment(from, fd, serialization);
  const list = ArrayIsArray(args) ? (args as unknown[]) : [];
  const pair = createPair();
  if (pair === undefined)
    return mark(original(command, args, options), 'stock', 'there are no descriptors left');
  const child = start(
    { file: command, args: list, options: { __proto__: null, ...given, env }, stdio, fd, settings, lifeline },
    pair,
  );
  return mark(child, wire, 'it was started with spawn()', endingOf(given, lifetime));
}
