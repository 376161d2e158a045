import { reportOf } from '../helpers/program.mjs';
import { sharing } from '../helpers/memory.mjs';

const options = { nodeArgs: ['--expose-gc'] };
const none = { mapped: 0, open: 0 };

for (const [count, size] of [
  [5000, 4096],
  [200, 4 << 20],
]) {
  sharing(`${2 * count} memories of ${size} bytes come and go`, async (t, implementation) => {
    const report = await reportOf(t, implementation, 'collect-memories.mjs', [count, size], options);
    t.deepEqual(report.own, none);
    t.deepEqual(report.child, none);
    // The collector runs by itself before that many are there.
    t.true(report.most.open < 3000, JSON.stringify(report.most));
    t.true(report.most.resident < 500e6, JSON.stringify(report.most));
  });
}

sharing('children that are killed amid memories leave nothing behind', async (t, implementation) => {
  const report = await reportOf(t, implementation, 'kill-amid-memories.mjs', ['12'], options);
  t.deepEqual(report, { mapped: 0, open: 0, left: 0, missing: 0 });
});
