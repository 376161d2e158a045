// The end of a child, or of a worker thread, as lib/with-peer.mjs starts them.
import { isMainThread, parentPort } from 'node:worker_threads';

export const parentEnd = isMainThread
  ? process
  : {
      send: (message, done) => {
        parentPort.postMessage(message);
        done?.();
      },
      on: (type, listener) => parentPort.on(type, listener),
      once: (type, listener) => parentPort.once(type, listener),
    };
