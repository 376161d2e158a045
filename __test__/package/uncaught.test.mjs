// Node prints the source line of an uncaught exception, and a bundle without line breaks is one line.
import { spawnSync } from 'node:child_process';
import test from '../helpers/test.mjs';
import { stockOnly } from '../helpers/implementations.mjs';

const forkwireTest = stockOnly ? test.skip : test;

for (const [what, program] of Object.entries({
  'a wrong argument of fork()': `require('forkwire').fork(1)`,
  'a wrong option of prefork()': `require('forkwire').prefork({ count: -1 })`,
  'wrong options of a shared ring': `require('forkwire').SharedRing.create({ slots: 3 })`,
})) {
  forkwireTest(`${what} that nobody catches prints its reason without a screenful of code`, (t) => {
    const { status, stderr } = spawnSync(process.execPath, ['-e', program], {
      encoding: 'utf8',
      cwd: import.meta.dirname,
    });
    t.is(status, 1);
    t.regex(stderr, /\[ERR_\w+\]: /);
    const longest = Math.max(...stderr.split('\n').map((line) => line.length));
    t.true(longest < 1000, `the longest line has ${longest} characters`);
  });
}
