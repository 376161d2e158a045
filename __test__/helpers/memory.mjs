import { onlyForkwire } from './cases.mjs';
import { SharedMemory } from './memories.mjs';
import test from './test.mjs';

export { SharedMemory, SharedRing, memoriesOf } from './memories.mjs';

/** Whether the system wakes those who wait, and says how many; elsewhere they look at their numbers now and then. */
export const wakes = process.platform === 'linux';

/** Whether this runtime can make a SharedArrayBuffer of memory that is not its own. */
export const shares = hasBuffers();

function hasBuffers() {
  try {
    return SharedMemory.create(1).buffer.byteLength > 0;
  } catch {
    return false;
  }
}

/** `onlyForkwire`, where there is shared memory. */
export const sharing = shares ? onlyForkwire : (title, body) => test.skip(`forkwire: ${title}`, body);
