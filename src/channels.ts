// What the first fork(), or spawn() with 'ipc', loads: everything that has to do with channels.
import { keepContext } from './addon/native.js';
import { showProgram } from './observe/show.js';

export { forkChild } from './start/fork-child.js';
export { spawnChild } from './start/spawn-child.js';

keepContext();
showProgram();
