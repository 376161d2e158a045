// Everything that concerns channels and that both ends need: the first fork() or spawn() with 'ipc' loads it, and so does a child. It is
// one file, so that a parent that has run it has the compiled code that its children need. What only a parent needs is in parent.ts,
// and so not in that code.
import * as addon from './addon/native.js';
import * as loading from './channel/load-extra.js';
import * as errors from './errors.js';
import * as showing from './observe/show.js';
import * as tracing from './observe/trace/trace.js';
import * as capturing from './platform/captured.js';
import * as primordials from './platform/primordials.js';
import { ArrayPrototypePush } from './platform/primordials.js';
import { compiler } from './platform/private-module.js';
import * as attaching from './start/attach.js';

export { adopt } from './adopt.js';
// What a spare process needs beside it.
export { loadNative, native } from './addon/native.js';
export { defaults } from './channel/defaults.js';
export { send } from './channel/send.js';
export { attach } from './start/attach.js';

compiler(); // before the program of a child runs

type Given = Readonly<Record<string, () => unknown>>;

/** The modules that parent.js and spare.js share with this file. */
export function given(): Given {
  return {
    __proto__: null as never,
    './attach.js': () => attaching,
    './captured.js': () => capturing,
    './errors.js': () => errors,
    './load-extra.js': () => loading,
    './native.js': () => addon,
    './primordials.js': () => primordials,
    './show.js': () => showing,
    './trace.js': () => tracing,
  };
}

const kept: object[] = [];

/** Keeps an object until this process ends. */
export function keep(thing: object): void {
  ArrayPrototypePush(kept, thing);
}
