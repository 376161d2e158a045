import { runRegistered } from '../helpers/registered.mjs';
import { withLibraries } from '../helpers/installed.mjs';

// Unchanged programs from npm: they behave the same with forkwire in place of node:child_process, and all their
// processes get its channel.
const libraries = {
  'jest-worker': 'jest-worker.cjs',
  tinypool: 'tinypool.mjs',
  workerpool: 'workerpool.cjs',
  execa: 'execa.mjs',
  poolifier: 'poolifier.cjs',
};
const wires = {
  'jest-worker': 'native',
  tinypool: 'native',
  workerpool: 'native',
  execa: 'node',
  poolifier: 'native',
};

// Before any test is declared: AVA accepts no more once the first has run.
const installed = new Map();
for (const name of Object.keys(libraries)) installed.set(name, await withLibraries(name));

for (const [name, program] of Object.entries(libraries)) {
  const test = installed.get(name);

  test('the result is the same as without forkwire, and every process uses it', async (t, folder) => {
    const [expected, actual] = [
      await runRegistered(t, program, [folder], { load: [] }),
      await runRegistered(t, program, [folder]),
    ];
    const { pids = [], ...report } = actual.report;
    const { pids: ofStock = [], ...reportOfStock } = expected.report;
    t.deepEqual(report, reportOfStock);
    t.is(pids.length > 0, ofStock.length > 0);
    t.is(expected.wires.length, 0);
    t.true(actual.wires.length > 0);
    for (const { wire } of actual.wires) t.is(wire, wires[name]);
    // The processes that did the work have our channel.
    const ours = actual.wires.map(({ pid }) => pid);
    for (const pid of pids) t.true(ours.includes(pid));
  });
}
