// What the tests of this process are waiting for, so that a hanging test can name it.

const waits = new Set();

/**
 * Passes a promise on, and remembers its description until it settles.
 *
 * @template T
 * @param {string} what
 * @param {Promise<T>} promise
 * @returns {Promise<T>}
 */
export function waitingFor(what, promise) {
  const wait = { what, place: new Error('waits here') };
  waits.add(wait);
  const forget = () => waits.delete(wait);
  promise.then(forget, forget);
  return promise;
}

export const forgetWaits = () => waits.clear();

/** The waits that have not ended, each with the places in the test files that wait. */
export const openWaits = () => [...waits].map(({ what, place }) => [what, ...placesOf(place)].join('\n    '));

/** The frames of a stack outside of the helpers. */
const placesOf = ({ stack }) =>
  stack.split('\n').flatMap((line) => /\bat .*__test__\/(?!helpers\/).*/.exec(line) ?? []);

/** An emitter's kind, and for a child its process and program. */
export function nameOf(emitter) {
  const { pid, spawnargs, exitCode, signalCode, constructor } = emitter;
  if (spawnargs === undefined) return constructor?.name ?? typeof emitter;
  const program = spawnargs.find((word) => /\.[cm]?js$/.test(word)) ?? spawnargs[0];
  const state = exitCode ?? signalCode ?? 'running';
  return `child ${pid} (${program.split(/[\\/]/).at(-1)}, ${state})`;
}
