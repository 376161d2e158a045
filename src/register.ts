// Puts fork() and spawn() in the place of those of node:child_process, for programs that nobody will edit:
// node --import forkwire/register app.js, or --require.
import childProcess = require('node:child_process');
import { syncBuiltinESMExports } from 'node:module';
import type * as Forkwire from './index.js';

// By name, so that this file and the program get one and the same copy of forkwire.
const { fork, spawn } = require('./index.js') as typeof Forkwire;

/** On both functions, whichever copy of forkwire put them there: loading it twice changes nothing. */
const REGISTERED = Symbol.for('forkwire.registered');

if (process.env['FORKWIRE'] !== 'off' && !(REGISTERED in childProcess.fork)) {
  for (const [name, replacement] of Object.entries({ fork, spawn })) {
    const { length } = childProcess[name as 'fork' | 'spawn'];
    Object.defineProperties(replacement, {
      [REGISTERED]: { value: true },
      // A bundler may call it otherwise, and programs print it.
      name: { value: name, configurable: true },
      length: { value: length, configurable: true },
    });
  }
  Object.assign(childProcess, { fork, spawn });
  // What was or will be imported by name from node:child_process changes as well.
  syncBuiltinESMExports();
}
