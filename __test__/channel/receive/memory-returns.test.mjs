import { onlyForkwire } from '../../helpers/cases.mjs';
import { reportOf } from '../../helpers/program.mjs';

for (const serialization of ['json', 'advanced']) {
  onlyForkwire.serial(
    `memory is given back after a gigabyte of messages and after a large backlog, ${serialization}`,
    async (t, implementation) => {
      const options = { nodeArgs: ['--expose-gc'] };
      const program = 'memory-after-gigabyte.mjs';
      const report = await reportOf(t, implementation, program, [serialization], options);
      const { warm, after, full, drained } = report;
      t.log(JSON.stringify(report));
      // MiB. This includes garbage that is not collected yet: the child does not collect on demand.
      t.true(after.parent - warm.parent < 96);
      t.true(after.child - warm.child < 128);
      t.true(full - drained.parent > 64, 'there was a backlog of 100 MB');
      t.true(drained.parent - after.parent <= 16);
    },
  );
}
