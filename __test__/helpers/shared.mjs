import { isRunning } from './child.mjs';

/** The children of this file's tests, by what they were started with. */
const children = new Map();

/** In the place of a test: these children end with the process. */
const FILE = { teardown() {} };

process.on('exit', () => {
  for (const child of children.values()) child.kill('SIGKILL');
});

/**
 * A `fork` for tests that are not about starting a child: calls with the same arguments get the same child, throughout
 * the file. A test must take every message that the child sends.
 *
 * @param {string} name distinguishes the children of one `start` from those of another
 * @param {(t: object) => Function} start gives a `fork` whose children end with `t`
 */
export const sharer =
  (t, name, start) =>
  (...args) => {
    const key = JSON.stringify([name, ...args]);
    const former = children.get(key);
    const usable = former !== undefined && isRunning(former) && former.connected;
    const child = usable ? former : start(FILE)(...args);
    children.set(key, child);
    child.ref();
    child.channel.ref();
    const before = listenersOf(child);
    t.teardown(() => {
      for (const [event, listener] of listenersOf(child)) {
        if (!before.some(([, known]) => known === listener)) child.removeListener(event, listener);
      }
      child.unref();
      child.channel?.unref();
      // What a failed test has left there would make the next one fail too.
      if (!t.passed && children.delete(key)) child.kill('SIGKILL');
    });
    return child;
  };

const listenersOf = (child) =>
  child.eventNames().flatMap((name) => child.rawListeners(name).map((listener) => [name, listener]));
