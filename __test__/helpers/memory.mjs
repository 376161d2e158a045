import { onlyForkwire } from './cases.mjs';
import { SharedMemory } from './memories.mjs';
import test from './test.mjs';

export { SharedMemory, SharedRing, memoriesOf } from './memories.mjs';

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
