// What a parent needs beside channels.ts, and a child may never need.
import { keepContext } from './addon/native.js';
import { showProgram } from './observe/show.js';

export { loadExtra } from './channel/load-extra.js';
export { provideCode } from './start/code-cache.js';
export { forkChild } from './start/fork-child.js';
export { forkWithSpares, prefork } from './start/starter.js';
export { spawnChild } from './start/spawn-child.js';

keepContext();
showProgram();
