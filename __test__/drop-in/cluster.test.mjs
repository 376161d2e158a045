import test from '../helpers/test.mjs';
import { runRegistered } from '../helpers/registered.mjs';

const linux = process.platform === 'linux' ? test : test.skip; // the descriptors are counted in /proc
const unix = process.platform === 'win32' ? test.skip : test;

const run = async (t, ...args) => (await runRegistered(t, 'cluster-connections.cjs', args)).report;

for (const [what, how] of Object.entries({
  'a connection': 'port',
  'a connection to a path': 'path',
  "a connection on Node's wire": 'node',
})) {
  linux(`${what} that a killed worker of node:cluster had not taken goes to another worker`, async (t) => {
    t.deepEqual(await run(t, 'killed', how), { counts: { 2: 60 } });
  });
}

for (const [how, code] of Object.entries({ port: 'ECONNREFUSED', path: 'ENOENT' })) {
  linux(`connections end with the last worker of node:cluster: ${how}`, async (t) => {
    t.deepEqual(await run(t, 'alone', how), { code });
  });
}

unix('a worker of node:cluster with maxConnections leaves the others to another worker', async (t) => {
  t.deepEqual(await run(t, 'full'), { 1: 1, 2: 59 });
});

unix(
  'workers of node:cluster are killed at random, and every connection ends, answered at most once',
  async (t) => {
    t.deepEqual(await run(t, 'storm'), { twice: [], served: true });
  },
);

unix('a worker of node:cluster is retired, and every connection is answered', async (t) => {
  t.deepEqual(await run(t, 'retired'), { code: 0, exitedAfterDisconnect: true, unanswered: 0 });
});

linux('a worker closes its server, and what it had not taken goes to another worker', async (t) => {
  t.deepEqual(await run(t, 'closed'), { unanswered: 0, later: { 2: 60 }, alive: true });
});

linux('a worker without descriptors leaves connections to another worker', async (t) => {
  const { skipped, ...report } = await run(t, 'exhausted');
  if (skipped) return t.pass('prlimit is not here');
  t.deepEqual(report, { few: true, answered: 60 });
});

unix('a worker that has not got its queue serves all the same', async (t) => {
  t.deepEqual(await run(t, 'lost'), { answered: 120, byBoth: true });
});

linux('a worker that has no descriptor for its queue serves once it has some', async (t) => {
  const { skipped, ...report } = await run(t, 'crowded');
  if (skipped) return t.pass('prlimit is not here');
  t.deepEqual(report, { answered: 60, byBoth: true });
});

linux(
  'clients of a cluster that are slow, half-close or reset their connections leave nothing open',
  async (t) => {
    t.deepEqual(await run(t, 'rough'), {
      answers: { '': 100, half: 100, reset: 100 },
      slowly: { low: 40 },
    });
  },
);

// With a worker on Node's wire, each worker gets its connections as messages.
for (const wires of [['native'], ['node'], ['node', 'native']]) {
  unix(`a primary without descriptors sends a connection once it has one again: ${wires}`, async (t) => {
    const { report } = await runRegistered(t, 'cluster-without-descriptors.cjs', wires);
    if (report === 'skipped') return t.pass('prlimit is not here');
    t.is(report, 'served');
  });
}
