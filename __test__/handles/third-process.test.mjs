import { onlyForkwire } from '../helpers/cases.mjs';
import { reportOf } from '../helpers/program.mjs';

onlyForkwire(
  'no descriptor reaches a process that another thread starts in between',
  async (t, implementation) => {
    const { started, extra } = await reportOf(t, implementation, 'spawn-beside.mjs');
    t.deepEqual(extra, []);
    t.true(started > 10, `${started} processes`);
  },
);
