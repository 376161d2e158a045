import { onlyForkwire } from '../helpers/cases.mjs';
import { reportOf } from '../helpers/program.mjs';

onlyForkwire('workers that are terminated leave none of their channels open', async (t, implementation) => {
  t.deepEqual(await reportOf(t, implementation, 'end-worker-with-channels.mjs'), { grown: 0 });
});
