// What a child starts with, before anything of its program: hides itself, and has the channel put on `process`. In a
// worker thread, where preloaded modules run again, and in a process that inherited the command line, it only hides.
import { fstatSync } from 'node:fs';
import { join } from 'node:path';
import type * as Adopt from './adopt.js';
import { loadPrivately } from './platform/private-module.js';
import { isMainThread } from './platform/runtime.js';
import { isWindows } from './platform/system.js';
import { takeHandoff } from './start/handoff.js';
import type { Handoff } from './start/handoff.js';
import { hideTraces } from './start/traces.js';
import { registerUnreported } from './start/watch-reports.js';

/** Of a file's mode: the bits that say what it is, and two that it may be. */
const [TYPE, SOCKET, PIPE] = [0o170_000, 0o140_000, 0o010_000];

const handoff = takeHandoff(process.env);
registerUnreported();
hideTraces(module);
if (handoff !== undefined && isMainThread() && isThere(handoff)) {
  const { adopt } = loadPrivately(join(__dirname, 'adopt.js')) as typeof Adopt;
  adopt(handoff);
}

/** A shell or a wrapper between parent and child may have dropped the descriptor and kept the variable. */
function isThere({ fd, pipe }: Handoff): boolean {
  if (pipe !== undefined) return true;
  try {
    // A pipe on Windows, where isFIFO() is false for everything.
    const { mode } = fstatSync(fd);
    return (mode & TYPE) === (isWindows ? PIPE : SOCKET);
  } catch {
    return false;
  }
}
