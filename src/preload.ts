// What a child starts with, before anything of its program: puts the channel on `process`. In a worker thread, where
// preloaded modules run again, and in a process that inherited the command line, there is nothing to do but to hide.
import { takeHandoff } from './start/handoff.js';
import type { Handoff } from './start/handoff.js';
import { hideTraces } from './start/traces.js';
import { attach } from './start/attach.js';
import { countListeners } from './start/listener-count.js';
import { loadNative, native } from './addon/native.js';
import { isWindows } from './platform/system.js';
import { isMainThread, runtime } from './platform/runtime.js';
import { closeSync, fstatSync } from 'node:fs';

/** Of a file's mode: the bits that say what it is, and two that it may be. */
const [TYPE, SOCKET, PIPE] = [0o170_000, 0o140_000, 0o010_000];

const handoff = takeHandoff(process.env);
hideTraces(module);
if (handoff !== undefined && isMainThread() && isThere(handoff)) start(handoff);

function start({ addon, fd, pipe, parent, ...settings }: Handoff): void {
  loadNative(addon);
  if (runtime === 'Deno' && pipe === undefined) closeDuplicate(fd);
  const end = pipe === undefined ? fd : native().openPipe(pipe, parent as number);
  const endpoint = attach(process, end, settings, false);
  endpoint.monitor.trace?.start(settings.wire, process.argv[1] ?? 'no program');
  countListeners(endpoint);
}

/**
 * Deno keeps a duplicate of each descriptor that it was started with, and node:fs takes the number for that one. It would
 * do so when the channel has ended and a file has the number: what is written to the file would go to the channel.
 * Closing it leaves the descriptor itself open.
 */
function closeDuplicate(fd: number): void {
  try {
    closeSync(fd);
  } catch {
    // A version of Deno that has none.
  }
}

/** A shell or a wrapper between parent and child may have dropped the descriptor and kept the variable. */
function isThere({ fd, pipe }: Handoff): boolean {
  if (pipe !== undefined) return true;
  try {
    // A pipe on Windows, where isFIFO() says no to everything.
    const { mode } = fstatSync(fd);
    return (mode & TYPE) === (isWindows ? PIPE : SOCKET);
  } catch {
    return false;
  }
}
