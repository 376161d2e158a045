// Looks at messages from a ring, or at Buffers from the channel: so many as `{ count, whole }` says, which comes first.
import { isMarked } from '../lib/marked.mjs';

let seen, faults, awaited;

process.once('message', async (kind, memory) => {
  if (kind === 'ring') {
    const { SharedRing } = await import('forkwire');
    const reader = SharedRing.open(memory).reader();
    process.on('message', async (batch) => {
      begin(batch);
      while (seen < awaited.count) look(await reader.read());
      reader.release();
      end();
    });
  } else {
    process.on('message', (message) => {
      if (message.count !== undefined) return begin(message);
      look(message);
      if (seen === awaited.count) end();
    });
  }
  process.send({ ready: true });
});

function begin(batch) {
  awaited = batch;
  seen = faults = 0;
}

function look(bytes) {
  if (!isMarked(bytes, seen, awaited.whole)) faults++;
  seen++;
}

function end() {
  process.send({ seen, faults });
}
