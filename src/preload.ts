// Runs in a child before its program: hides itself, and puts the channel on `process`. In a worker thread, where preloaded
// modules run again, and in a process that inherited the command line, it only hides itself.
import type * as Channels from './channels.js';
import * as files from './platform/files.js';
import { fstatSync } from './platform/files.js';
import { CHANNELS, SPARE } from './platform/paths.js';
import { loadBundle, loadPrivately, requireFor } from './platform/private-module.js';
import { isMainThread } from './platform/runtime.js';
import { isWindows } from './platform/system.js';
import { takeCode } from './start/take-code.js';
import { takeHandoff } from './start/take-handoff.js';
import type { Handoff } from './start/take-handoff.js';
import { hideTraces } from './start/traces.js';
import { registerUnreported } from './start/watch-reports.js';

/** The bits of a file's mode that give its type, and two types. */
const [TYPE, SOCKET, PIPE] = [0o170_000, 0o140_000, 0o010_000];

const handoff = takeHandoff(process.env);
registerUnreported();
hideTraces(module);
if (handoff !== undefined && isMainThread() && isThere(handoff)) {
  const all = channels(handoff);
  if (handoff.preload === undefined) all.adopt(handoff);
  else spare(all).adopt(handoff);
}

/** What waits for a program, and then does the same. */
function spare(all: typeof Channels): Pick<typeof Channels, 'adopt'> {
  const load = requireFor(SPARE, { ...given(), ...all.given(), './channels.js': () => all });
  return loadPrivately(SPARE, load) as typeof all;
}

/** What the bundles take from this file. What is captured of JavaScript is in channels.js, as compiled code. */
function given(): Record<string, () => unknown> {
  return { './files.js': () => files, './captured.js': () => undefined };
}

function channels({ fd, code }: Handoff): typeof Channels {
  return loadBundle(CHANNELS, given(), takeCode(fd, code)).exports as typeof Channels;
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
