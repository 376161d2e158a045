// The other end of the turns of cases/wake.mjs.
import { parentEnd } from '../lib/parent-end.mjs';
import { runTurns, waitsOf } from '../lib/waits.mjs';

// The end of this program would end the measurement.
setInterval(() => {}, 60_000);

parentEnd.once('message', ({ count, kind, buffer }, memory) => {
  // It waits only once the message has left.
  parentEnd.send({ ready: true }, () =>
    runTurns({ ...waitsOf(buffer ?? memory.buffer, memory), count, kind, first: false }),
  );
});
