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
