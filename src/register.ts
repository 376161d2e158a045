// Puts fork() and spawn() in the place of those of node:child_process, for programs that nobody will edit:
// node --import forkwire/register app.js, or --require.
import childProcess = require('node:child_process');
import { syncBuiltinESMExports } from 'node:module';
import { fork } from './start/fork.js';
import { loadChannels } from './start/load-channels.js';
import { isRegistered, mark } from './start/shared.js';
import { spawn } from './start/spawn.js';
import { forget } from './start/traces.js';

// Loading it twice, or another copy of it, changes nothing.
if (process.env['FORKWIRE'] !== 'off' && !isRegistered()) {
  for (const [name, replacement] of Object.entries({ fork, spawn })) {
    const { length } = childProcess[name as 'fork' | 'spawn'];
    mark(replacement);
    // A bundler may call it otherwise, and programs print it.
    Object.defineProperty(replacement, 'name', { value: name, configurable: true });
    Object.defineProperty(replacement, 'length', { value: length, configurable: true });
  }
  Object.assign(childProcess, { fork, spawn });
  // What was or will be imported by name from node:child_process changes as well.
  syncBuiltinESMExports();
  // Such a program shows itself to `forkwire top` before it has a channel.
  if (process.env['FORKWIRE_TOP'] === '1') loadChannels();
}
forget(module);
