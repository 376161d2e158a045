// Node's own functions, as they were before forkwire/register put ours in their place.
import childProcess = require('node:child_process');

export const { fork, spawn } = childProcess;
