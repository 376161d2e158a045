// The channel writes what is queued in 'exit'. A program can prevent that event. Then the end of the environment and the end
// of the process remain, below JavaScript.
import { onlyForkwire } from '../../helpers/cases.mjs';
import { when } from '../../helpers/child.mjs';
import { runProgram } from '../../helpers/program.mjs';

// On Windows, a DLL learns of the end of the process only when it can do nothing any more.
const hasLastResort = process.platform !== 'win32';

const ends = [
  'an exit listener that removes the others',
  'clocks that stand still',
  'no process',
  ...(hasLastResort
    ? [
        'an exit listener that throws',
        "removeAllListeners('exit')",
        'removeAllListeners()',
        'process.reallyExit()',
        'process.execve()',
        'a process.emit that passes no exit on',
      ]
    : []),
];

for (const end of ends) {
  for (const serialization of ['json', 'advanced']) {
    onlyForkwire.serial(
      `20,000 messages arrive in spite of ${end}, ${serialization}`,
      async (t, { fork }) => {
        const child = fork('exit-unheard.cjs', [end], {
          serialization,
          stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
          flushTimeout: 60_000, // how long it takes is another question
        });
        let next = 0;
        child.on('message', ({ i, text }) => {
          if (i === next && text.length === 1000) next++;
        });
        await Promise.all([when(child, 'exit'), when(child, 'disconnect')]);
        t.is(next, 20_000);
      },
    );
  }
}

for (const wire of ['native', 'node']) {
  for (const way of [
    ...(hasLastResort ? ["removeAllListeners('exit')", 'process.reallyExit()'] : []),
    'process.exit() while a worker owns the channel',
  ]) {
    onlyForkwire.serial(`all that a parent sent arrives, ${wire} wire: ${way}`, async (t, implementation) => {
      const { stdout } = await runProgram(t, implementation, 'flood-and-vanish.mjs', [way, wire]);
      t.deepEqual(JSON.parse(stdout), { count: 5000, bytes: 5_000_000 });
    });
  }
}
