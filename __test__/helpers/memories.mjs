import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { descriptorsOf } from './descriptors.mjs';

export const { SharedMemory, SharedRing } = createRequire(import.meta.url)('../../dist/index.js');

/** What a process has mapped and open of shared memory. */
export const memoriesOf = (pid = process.pid) => ({
  mapped: readFileSync(`/proc/${pid}/maps`, 'utf8').split('memfd:forkwire').length - 1,
  open: descriptorsOf(pid).filter((target) => target.startsWith('/memfd:forkwire')).length,
});
