import test from '../helpers/test.mjs';
import { runRegistered } from '../helpers/registered.mjs';

/** The wire of a worker of node:cluster. */
const clusterWire = process.platform === 'win32' ? 'node' : 'native';

for (const policy of ['round robin', 'shared handle']) {
  test(`a cluster's HTTP server under load, a worker is killed and replaced, ${policy}`, async (t) => {
    const { report, wires } = await runRegistered(t, 'cluster-http.cjs', [policy]);
    const { pids, ...rest } = report;
    t.deepEqual(rest, {
      samePort: true,
      answered: 300,
      byOurWorkers: true,
      // The system decides who accepts a connection to a shared socket.
      byBoth: policy === 'round robin' || rest.byBoth,
      message: { echo: { hello: 'worker' } },
      dead: [true, null, 'SIGKILL', false],
      answeredLater: 300,
      byTheNewToo: policy === 'round robin' || rest.byTheNewToo,
      ends: [
        [0, null],
        [0, null],
      ],
      left: 0,
    });
    t.deepEqual(
      wires.map(({ pid, wire }) => [pid, wire]),
      pids.map((pid) => [pid, clusterWire]),
    );
  });
}

for (const way of ['fork', 'round robin', 'shared handle']) {
  test(`a server is handed from child to child, and no request fails: ${way}`, async (t) => {
    const { report, wires } = await runRegistered(t, 'reload.cjs', [way]);
    t.deepEqual(report, {
      failed: [],
      enough: true,
      generations: ['0', '1', '2', '3'],
      ends: [1, 2, 3, 4].map(() => [0, null]),
    });
    t.deepEqual(
      wires.map((each) => each.wire),
      Array(4).fill(way === 'fork' ? 'native' : clusterWire),
    );
  });
}
