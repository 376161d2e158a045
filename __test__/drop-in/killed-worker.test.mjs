import test from '../helpers/test.mjs';
import { runRegistered } from '../helpers/registered.mjs';

// Node's cluster listens for 'error' on the process of each worker, and emits it on the Worker: that is not the program's listener.
for (const what of ['message', 'handle', 'connection']) {
  test(`a cluster primary without an 'error' listener outlives its worker: a ${what} on its way`, async (t) => {
    const { report } = await runRegistered(t, 'killed-worker.cjs', [what]);
    t.deepEqual(report, { uncaught: [], heard: [] });
  });
}

for (const what of ['message', 'handle']) {
  test(`an 'error' listener of the Worker gets the error of a ${what}`, async (t) => {
    const { report } = await runRegistered(t, 'killed-worker.cjs', [what, 'listening']);
    t.deepEqual(report, { uncaught: [], heard: ['EPIPE'] });
  });
}
