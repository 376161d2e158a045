// Everything that concerns channels. Loaded by the first fork(), or spawn() with 'ipc'.
import { keepContext } from './addon/native.js';
import { showProgram } from './observe/show.js';

export { loadExtra } from './channel/load-extra.js';
export { forkChild } from './start/fork-child.js';
export { forkWithSpares, prefork } from './start/starter.js';
export { spawnChild } from './start/spawn-child.js';

keepContext();
showProgram();
