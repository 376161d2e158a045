// Takes over the child's end of a channel.
import { closeSync } from './platform/files.js';
import { loadNative, native } from './addon/native.js';
import { runtime } from './platform/runtime.js';
import { attach } from './start/attach.js';
import { setUpWorker } from './start/cluster-worker.js';
import { loadCluster } from './start/load-cluster.js';
import type { Handoff } from './start/take-handoff.js';
import { withholdReports } from './start/withhold-reports.js';
import { GRACE } from './channel/read-settings.js';
import { process } from './platform/primordials.js';

/** @throws ERR_FORKWIRE_ADDON */
export function adopt({ addon, fd, pipe, parent, lifeline, graceMs, worker, ...settings }: Handoff): void {
  loadNative(addon);
  if (lifeline !== undefined) native().endWithPeer(lifeline, graceMs ?? GRACE);
  if (runtime === 'Deno' && pipe === undefined) closeDuplicate(fd);
  const end = pipe === undefined ? fd : native().openPipe(pipe, parent as number);
  const endpoint = attach(process, end, settings, false);
  endpoint.monitor.trace?.start(settings.wire, process.argv[1] ?? 'no program');
  withholdReports(process);
  if (worker === undefined) return;
  loadCluster().takeConnections(endpoint);
  setUpWorker(worker);
}

/**
 * Deno keeps a duplicate of each inherited descriptor, and node:fs uses it in place of the descriptor with that number. After the
 * channel has ended and a file has got the number, writes to the file would still go to the duplicate. Closing the duplicate
 * leaves the descriptor itself open.
 */
function closeDuplicate(fd: number): void {
  try {
    closeSync(fd);
  } catch {
    // This version of Deno has no duplicate.
  }
}
