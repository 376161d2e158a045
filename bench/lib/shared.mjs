// Shared memory where the running Node has it.
import { Unsupported } from './unsupported.mjs';

/** What forkwire exports. Throws `Unsupported` where memory cannot have a SharedArrayBuffer. */
export async function loadShared() {
  const forkwire = await import('forkwire');
  try {
    void forkwire.SharedMemory.create(1).buffer;
  } catch (error) {
    if (error.code !== 'ERR_FORKWIRE_NO_SHARED_MEMORY') throw error;
    throw new Unsupported(`no SharedMemory.buffer on Node ${process.versions.node}, ${process.platform}`);
  }
  return forkwire;
}
