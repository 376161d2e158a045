import assert from 'node:assert/strict';
import test from './test.mjs';
import { createRequire } from 'node:module';
import { endWithTest, fixture } from './child.mjs';
import { stock, stockOnly } from './implementations.mjs';
import { sharer } from './shared.mjs';

const forkwire = createRequire(import.meta.url)('../../dist/index.js');

const split = (args, options) => (Array.isArray(args) ? [args, options] : [[], args]);

/** The ways to start a child with Node's own channel while this end of it is forkwire. */
const ways = {
  "fork with wire: 'node'": (file, args, options) => forkwire.fork(file, args, { ...options, wire: 'node' }),
  spawn: (file, args, { execArgv = process.execArgv, silent = false, ...options } = {}) => {
    const stdio = silent ? ['pipe', 'pipe', 'pipe', 'ipc'] : ['inherit', 'inherit', 'inherit', 'ipc'];
    return forkwire.spawn(process.execPath, [...execArgv, file, ...args], { stdio, ...options });
  },
};

const bound = (t, start, wire) => (name, args, options) => {
  const child = start(fixture(name), ...split(args, options));
  endWithTest(t, child);
  assert.equal(child.wire, wire);
  return child;
};

/** Runs one body for each way. */
export const overNodeWire = (title, body) => {
  for (const [way, start] of Object.entries(ways)) {
    if (stockOnly) test.skip(`${way}: ${title}`, body);
    else {
      const starter = (owner) => bound(owner, start, 'node');
      test(`${way}: ${title}`, (t) => body(t, { fork: starter(t), share: sharer(t, way, starter) }));
    }
  }
};

/** `measure` must return the same as with node:child_process at both ends. */
export const sameAsStock = (title, measure) =>
  overNodeWire(`as stock: ${title}`, async (t, { fork }) => {
    const expected = await measure(t, { fork: bound(t, stock.fork, undefined) });
    const actual = await measure(t, { fork });
    t.not(expected, undefined);
    t.deepEqual(actual, expected);
  });
