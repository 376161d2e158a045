import { isDeepStrictEqual } from 'node:util';
import test from './test.mjs';
import { forker } from './child.mjs';
import { sharer } from './shared.mjs';
import { forkwire, implementations, stock, stockOnly } from './implementations.mjs';

const run = (declare, title, implementation, body) =>
  declare(`${implementation.name}: ${title}`, (t) => body(t, contextOf(t, implementation)));

/** `fork` and `share` are bound to the test and to the fixtures; `forkUnbound` is the function under test. */
const contextOf = (t, implementation) => ({
  name: implementation.name,
  native: implementation !== stock,
  fork: forker(t, implementation),
  share: sharer(t, implementation.name, (owner) => forker(owner, implementation)),
  forkUnbound: implementation.fork,
});

const declareBoth = (declare) => (title, body) => {
  for (const implementation of implementations) run(declare, title, implementation, body);
};

const declareForkwire = (declare) => (title, body) => {
  if (stockOnly) declare.skip(`forkwire: ${title}`, body);
  else run(declare, title, forkwire, body);
};

/** One body for behaviour that must equal Node's: it runs on forkwire and on node:child_process. */
export const both = Object.assign(declareBoth(test), { serial: declareBoth(test.serial) });

/** For what forkwire does better than node:child_process, or in addition to it. */
export const onlyForkwire = Object.assign(declareForkwire(test), {
  serial: declareForkwire(test.serial),
});

/**
 * For behaviour that differs between Node's versions: `measure(t, context)` runs on both, and must
 * return the same.
 */
export const compared = (title, measure) =>
  test(`forkwire equals stock: ${title}`, async (t) => {
    const expected = await measure(t, contextOf(t, stock));
    const actual = stockOnly ? expected : await measure(t, contextOf(t, forkwire));
    t.not(expected, undefined);
    if (Array.isArray(expected) && expected.length === actual?.length) {
      // For a long table, a failure shows only the differences.
      const differs = (_, i) => !isDeepStrictEqual(actual[i], expected[i]);
      t.deepEqual(actual.filter(differs), expected.filter(differs));
    } else t.deepEqual(actual, expected);
  });
