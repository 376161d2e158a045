// Replaces fork() and spawn() of node:child_process, for programs that are not to be edited:
// node --import forkwire/register app.js, or --require.
import { mayBeImported } from './start/built-in-imports.js';
import childProcess = require('node:child_process');
import { fork } from './start/fork.js';
import { loadChannels } from './start/load-channels.js';
import { isRegistered, mark } from './start/shared.js';
import { spawn } from './start/spawn.js';
import { forkWithSpares } from './start/fork-with-spares.js';
import { forget, loaderOf } from './start/traces.js';

// Loading it twice, or loading another copy, changes nothing.
if (process.env['FORKWIRE'] !== 'off' && !isRegistered()) {
  const spares = process.env['FORKWIRE_PREFORK'];
  const forking = spares === undefined || spares === '' || spares === '0' ? fork : forkWithSpares;
  replace('fork', forking);
  replace('spawn', spawn);
  // Also changes what was imported from node:child_process by name.
  if (mayBeImported()) loaderOf(module).syncBuiltinESMExports();
  // With FORKWIRE_TOP=1, `forkwire top` shows the program before it has a channel.
  if (process.env['FORKWIRE_TOP'] === '1') loadChannels();
}
forget(module);

function replace(name: 'fork' | 'spawn', replacement: object): void {
  const { length } = childProcess[name];
  mark(replacement);
  // A bundler may have renamed it, and programs print the name.
  Object.defineProperty(replacement, 'name', { value: name, configurable: true });
  Object.defineProperty(replacement, 'length', { value: length, configurable: true });
  (childProcess as Record<string, unknown>)[name] = replacement;
}
