// The child's end of a channel: the preload loads this where there is one to take over.
import { closeSync } from 'node:fs';
import { loadNative, native } from './addon/native.js';
import { runtime } from './platform/runtime.js';
import { attach } from './start/attach.js';
import type { Handoff } from './start/handoff.js';
import { withholdReports } from './start/watch-reports.js';

/** @throws ERR_FORKWIRE_ADDON */
export function adopt({ addon, fd, pipe, parent, ...settings }: Handoff): void {
  loadNative(addon);
  if (runtime === 'Deno' && pipe === undefined) closeDuplicate(fd);
  const end = pipe === undefined ? fd : native().openPipe(pipe, parent as number);
  const endpoint = attach(process, end, settings, false);
  endpoint.monitor.trace?.start(settings.wire, process.argv[1] ?? 'no program');
  withholdReports(process);
}

/**
 * Deno keeps a duplicate of each descriptor that it was started with, and node:fs takes the number for that one. It would
 * do so after the channel has ended and a file has the number: what is written to the file would go to the channel.
 * Closing it leaves the descriptor itself open.
 */
function closeDuplicate(fd: number): void {
  try {
    closeSync(fd);
  } catch {
    // This version of Deno has none.
  }
}
