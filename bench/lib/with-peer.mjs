// The other end of a measurement that is not always a process: a child by one channel or the other, or a worker thread.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { loadImplementation } from './implementations.mjs';
import { childPath, withChild } from './with-child.mjs';

/** The contestants whose channel is forkwire's. */
const OWN = new Set(['forkwire', 'forkwire-send']);

/** The name of the channel that a contestant uses. */
export const channelOf = (name) => (OWN.has(name) ? 'forkwire' : 'stock');

/**
 * Starts `file` for the contestant `name` and runs `work(end, nextMessage)`. An end has `send()`, `on()` and `off()`.
 * `options`: `{ args, serialization }`.
 */
export async function withPeer(name, file, options, work) {
  if (name === 'threads') return withWorker(file, options, work);
  return withChild(await loadImplementation(channelOf(name)), file, options, work);
}

async function withWorker(file, { args = [] }, work) {
  const worker = new Worker(childPath(file), { argv: args });
  const failed = new Promise((_, reject) => {
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the thread ended too early: code ${code}`)));
  });
  const end = {
    send: (message) => worker.postMessage(message),
    on: (type, listener) => worker.on(type, listener),
    off: (type, listener) => worker.off(type, listener),
  };
  try {
    await Promise.race([work(end, async () => (await once(worker, 'message'))[0]), failed]);
  } finally {
    await worker.terminate();
  }
}
