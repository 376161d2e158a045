import { onlyForkwire } from '../helpers/cases.mjs';
import { reportOf } from '../helpers/program.mjs';

onlyForkwire('extra.js is loaded by the first use of what it has, and once', async (t, implementation) => {
  const report = await reportOf(t, implementation, 'load-extra.mjs');
  // What a child that is also a parent has loaded, and how many of its two channels use that.
  t.deepEqual(report, { before: 0, after: 1, calls: 2, keys: [] });
});
