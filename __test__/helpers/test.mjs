// AVA's `test`, with a deadline. A test that hangs fails by itself, names what it waits for, and lets the others run.
import ava from 'ava';
import { forgetWaits, openWaits } from './waits.mjs';

/** Shorter than AVA's own timeout (ava.config.mjs), which ends the whole run. Milliseconds. */
const DEADLINE = Number(process.env.FORKWIRE_TEST_DEADLINE ?? 100_000);

/** Kept here, since a test may replace the global ones. */
const { setTimeout, clearTimeout } = globalThis;

const limited = (body) => (t) => {
  forgetWaits();
  const result = body(t);
  return typeof result?.then === 'function' ? beforeDeadline(result) : result;
};

async function beforeDeadline(result) {
  let timer;
  const deadline = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(report())), DEADLINE);
    // If nothing else keeps the loop alive, AVA reports immediately that the test can never end.
    timer.unref();
  });
  try {
    return await Promise.race([result, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

function report() {
  const waits = openWaits();
  const shown = waits.length > 0 ? waits : ['something that did not go through the helpers'];
  const resources = process.getActiveResourcesInfo().join(', ') || 'none';
  return [
    `The test has not ended after ${DEADLINE / 1000} s. It still waits for:`,
    ...shown.map((wait) => `  ${wait}`),
    `Open resources: ${resources}`,
  ].join('\n');
}

const declare = (how) => (title, body) => how(title, limited(body));

/** One test of a file runs at a time: many of them count what their process has open, or replace globals. */
const declared = declare(ava.serial);

export default Object.assign(declared, {
  serial: declared,
  skip: ava.skip,
  beforeEach: ava.beforeEach,
});
