import test from '../helpers/test.mjs';
import { stock } from '../helpers/implementations.mjs';
import { reportOf } from '../helpers/program.mjs';
import { registerFile, runRegistered } from '../helpers/registered.mjs';
import { withLibraries } from '../helpers/installed.mjs';

// Unchanged programs from npm behave the same with spares.
const libraries = {
  'jest-worker': 'jest-worker.cjs',
  tinypool: 'tinypool.mjs',
  workerpool: 'workerpool.cjs',
};

const env = { FORKWIRE_PREFORK: '2' };

// Before any test is declared: AVA accepts no more once the first has run.
const installed = new Map();
for (const name of Object.keys(libraries)) installed.set(name, await withLibraries(name));

for (const [name, program] of Object.entries(libraries)) {
  installed.get(name)('the same as without FORKWIRE_PREFORK', async (t, folder) => {
    const [expected, actual] = [
      await runRegistered(t, program, [folder]),
      await runRegistered(t, program, [folder], { env }),
    ];
    t.deepEqual({ ...actual.report, pids: undefined }, { ...expected.report, pids: undefined });
    t.true(actual.wires.length > 0);
    for (const { wire } of actual.wires) t.is(wire, 'native');
  });
}

const declare = process.platform === 'linux' ? test : test.skip;

declare(
  'with FORKWIRE_PREFORK, a program gets spares for the kind of child that it started last',
  async (t) => {
    const { report, stderr } = await runRegistered(t, 'fork-again.cjs', [], { env });
    t.deepEqual(report, { answers: ['first', 'second', 'third'], different: 3 });
    // Each time the program waited until a spare was there.
    t.is(stderr.match(/by a spare process/g)?.length, 2);
    t.is(stderr.match(/prefork: starts cold: no spare waits/g)?.length, 1);
  },
);

declare(
  'with FORKWIRE_PREFORK, workers of node:cluster are spares, and no worker is left in another one',
  async (t) => {
    const { report, stderr } = await runRegistered(t, 'cluster-again.cjs', [], { env });
    const told = { isWorker: true, own: true, hidden: true };
    t.deepEqual(report.answers, [
      { id: 1, ...told },
      { id: 2, ...told },
      { id: 3, ...told },
    ]);
    t.is(stderr.match(/by a spare process/g)?.length, 2);
  },
);

declare('without FORKWIRE_PREFORK there are no spares', async (t) => {
  for (const none of [undefined, '', '0']) {
    const { report, stderr } = await runRegistered(t, 'fork-again.cjs', ['no spares'], {
      env: { FORKWIRE_PREFORK: none },
    });
    t.deepEqual(report, { answers: ['first', 'second', 'third'], different: 3 });
    t.notRegex(stderr, /prefork: |by a spare/);
  }
});

declare('with FORKWIRE_PREFORK, nothing of a child is kept after its end', async (t) => {
  const options = {
    nodeArgs: ['--expose-gc', '--require', registerFile],
    env: { ...process.env, FORKWIRE_PREFORK: '2' },
  };
  // The program takes fork() from node:child_process, which is replaced.
  const kept = await reportOf(t, stock, 'collect-ended.mjs', ['main', 'native'], options);
  t.deepEqual(new Set(Object.values(kept)), new Set([0]));
});
