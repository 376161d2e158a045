import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { descriptorsOf } from './descriptors.mjs';
import { onlyForkwire } from './cases.mjs';
import test from './test.mjs';

export const { SharedMemory, SharedRing } = createRequire(import.meta.url)('../../dist/index.js');

/** Whether this runtime can make a SharedArrayBuffer of memory that is not its own. */
export const shares = hasBuffers();

function hasBuffers() {
  if (process.platform !== 'linux') return false;
  try {
    return SharedMemory.create(1).buffer.byteLength === 1;
  } catch {
    return false;
  }
}

/** `onlyForkwire`, where there is shared memory. */
export const sharing = shares ? onlyForkwire : (title, body) => test.skip(`forkwire: ${title}`, body);

/** What a process has mapped and open of shared memory. */
export const memoriesOf = (pid = process.pid) => ({
  mapped: readFileSync(`/proc/${pid}/maps`, 'utf8').split('memfd:forkwire').length - 1,
  open: descriptorsOf(pid).filter((target) => target.startsWith('/memfd:forkwire')).length,
});
