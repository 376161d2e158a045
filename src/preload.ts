// What a child starts with, before anything of its program: puts the channel on `process`. In a worker thread, where
// preloaded modules run again, and in a process that inherited the command line, there is nothing to do but to hide.
import { takeHandoff } from './handoff.js';
import type { Handoff } from './handoff.js';
import { hideTraces } from './traces.js';
import { attach } from './attach.js';
import { countListeners } from './listener-count.js';
import { loadNative } from './native.js';
import { isMainThread } from './runtime.js';
import { fstatSync } from 'node:fs';

const handoff = takeHandoff(process.env);
hideTraces(module);
if (handoff !== undefined && isMainThread() && isSocket(handoff.fd)) start(handoff);

function start({ addon, fd, ...settings }: Handoff): void {
  loadNative(addon);
  const endpoint = attach(process, fd, settings, false);
  endpoint.monitor.trace?.start(settings.wire, process.argv[1] ?? 'no program');
  countListeners(endpoint);
}

/** A shell or a wrapper between parent and child may have dropped the descriptor and kept the variable. */
function isSocket(fd: number): boolean {
  try {
    return fstatSync(fd).isSocket();
  } catch {
    return false;
  }
}
