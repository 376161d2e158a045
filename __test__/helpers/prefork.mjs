import { createRequire } from 'node:module';
import { isDeepStrictEqual } from 'node:util';
import test from './test.mjs';
import { endWithTest, fixture } from './child.mjs';
import { stock } from './implementations.mjs';
import { waitingFor } from './waits.mjs';

const { prefork } = createRequire(import.meta.url)('../../dist/index.js');

/** Where there are no spares, every child is an ordinary one. */
export const declare = process.platform === 'win32' ? test.skip : test;

/** A pool for one test, which takes fixtures by their names. Its spares and children end with the test. */
export function poolFor(t, options) {
  const workers = prefork({ count: 1, ...options });
  t.teardown(() => workers.close());
  const fork = (name, ...rest) => {
    const child = workers.fork(name && fixture(name), ...rest);
    endWithTest(t, child);
    return child;
  };
  return {
    workers,
    fork,
    ready: () => waitingFor('a spare', workers.ready()),
    /** A child that was a spare. */
    async warm(name, ...rest) {
      await this.ready();
      const before = workers.stats();
      const child = fork(name, ...rest);
      const { warm, reasons } = workers.stats();
      t.is(warm, before.warm + 1, JSON.stringify(reasons));
      return child;
    },
  };
}

/**
 * The same from a spare and from `fork()` of node:child_process: what `measure(child, t)` returns for a child with these
 * options.
 */
export const same = (title, [name, args = [], options = {}, started = options], measure) =>
  declare(`a spare equals stock: ${title}`, async (t) => {
    const cold = stock.fork(fixture(name), args, options);
    endWithTest(t, cold);
    const expected = await measure(cold, t);
    const pool = poolFor(t, started);
    const actual = await measure(await pool.warm(name, args, options), t);
    t.not(expected, undefined);
    if (Array.isArray(expected) && expected.length === actual?.length) {
      const differs = (_, i) => !isDeepStrictEqual(actual[i], expected[i]);
      t.deepEqual(actual.filter(differs), expected.filter(differs));
    } else t.deepEqual(actual, expected);
  });
