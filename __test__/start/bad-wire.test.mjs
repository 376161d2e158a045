import * as forkwire from '../../dist/index.mjs';
import test from '../helpers/test.mjs';

const stdio = ['ignore', 'ignore', 'ignore', 'ipc'];

for (const [name, start] of [
  ['fork', (wire) => forkwire.fork('never-started.cjs', { wire })],
  ['spawn', (wire) => forkwire.spawn(process.execPath, ['never-started.cjs'], { stdio, wire })],
]) {
  test(`${name}() throws for a wire that does not exist, and starts nothing`, (t) => {
    for (const wire of ['stock', 'Native', 1, null]) {
      const error = t.throws(() => start(wire), { code: 'ERR_INVALID_ARG_TYPE' });
      t.true(
        error.message.includes("\"options.wire\" property must be one of 'native', 'node'"),
        error.message,
      );
    }
  });
}
