// Everything that concerns channels, for both ends: the first fork() or spawn() with 'ipc' loads it, and so does a child. It
// is one file, so that a parent that has run it has the compiled code that its children need.
import type * as Parent from './parent.js';

export { adopt } from './adopt.js';
// What a spare process needs beside it.
export { loadNative, native } from './addon/native.js';
export { defaults } from './channel/defaults.js';
export { send } from './channel/send.js';
export { attach } from './start/attach.js';

/** What a parent needs. It runs when it is first asked for: a child may never be a parent. */
export function parent(): typeof Parent {
  return require('./parent.js') as typeof Parent;
}
