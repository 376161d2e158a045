// Runs in a child before its program: hides itself, and puts the channel on `process`. In a worker thread, where preloaded
// modules run again, and in a process that inherited the command line, it only hides itself.
import type * as Adopt from './adopt.js';
import { ADOPT, SPARE, fstatSync } from './platform/files.js';
import { loadPrivately } from './platform/private-module.js';
import { isMainThread } from './platform/runtime.js';
import { isWindows } from './platform/system.js';
import { takeHandoff } from './start/handoff.js';
import type { Handoff } from './start/handoff.js';
import { hideTraces } from './start/traces.js';
import { registerUnreported } from './start/watch-reports.js';

/** The bits of a file's mode that give its type, and two types. */
const [TYPE, SOCKET, PIPE] = [0o170_000, 0o140_000, 0o010_000];

const handoff = takeHandoff(process.env);
registerUnreported();
hideTraces(module);
if (handoff !== undefined && isMainThread() && isThere(handoff)) {
  const { adopt } = loadPrivately(handoff.preload === undefined ? ADOPT : SPARE) as typeof Adopt;
  adopt(handoff);
}

/** A shell or wrapper between parent and child may have closed the descriptor but passed on the variable. */
function isThere({ fd, pipe }: Handoff): boolean {
  if (pipe !== undefined) return true;
  try {
    // On Windows it is a pipe, and isFIFO() is always false.
    const { mode } = fstatSync(fd);
    return (mode & TYPE) === (isWindows ? PIPE : SOCKET);
  } catch {
    return false;
  }
}
