import { onlyForkwire } from '../../helpers/cases.mjs';
import { runProgram } from '../../helpers/program.mjs';
import { isStopped } from '../../helpers/stopped.mjs';

onlyForkwire.serial(
  'a stopped reader does not delay an exit beyond its deadline',
  async (t, implementation) => {
    const { code, stdout, stderr } = await runProgram(t, implementation, 'exit-with-stopped-child.mjs', [
      '200',
    ]);
    const { pid } = JSON.parse(stdout);
    // The reader has read nothing, and its parent is gone.
    t.true(isStopped(pid));
    process.kill(pid, 'SIGKILL');
    t.is(code, 0);
    const [, messages, bytes] =
      /did not take (\d+) messages \((\d+) bytes\) within 200 ms/.exec(stderr) ?? [];
    t.true(messages > 10 && messages <= 20, stderr);
    t.true(bytes > 10 << 20 && bytes < 21 << 20, stderr);
  },
);

onlyForkwire.serial(
  'an exit with flushTimeout 0 does not wait and prints nothing',
  async (t, implementation) => {
    const { code, stdout, stderr } = await runProgram(t, implementation, 'exit-with-stopped-child.mjs', [
      '0',
    ]);
    const { pid } = JSON.parse(stdout);
    t.true(isStopped(pid));
    process.kill(pid, 'SIGKILL');
    t.deepEqual([code, stderr], [0, '']);
  },
);
