// What a case works with: forked children, checks, and cleanup.
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { fork } from 'forkwire';

const childFolder = new URL('../children/', import.meta.url);

export class Stage {
  /** The observations, in order: `{ good, text }`. */
  seen = [];
  /** The wire of each forked child. */
  wires = [];
  #children = [];
  #atEnd = [];

  /** Forks a file of ../children. The child is killed when the case ends. */
  fork(file, args = [], options = {}) {
    const child = fork(fileURLToPath(new URL(file, childFolder)), args, options);
    this.wires.push(child.wire);
    // Listen now, because it may close long before anybody waits for it.
    this.#children.push({ child, closed: once(child, 'close').catch(() => {}) });
    return child;
  }

  /** Reports an observation. */
  say(text) {
    this.seen.push({ good: true, text });
  }

  /** Reports an observation. The case fails if `good` is not true. */
  check(good, text) {
    this.seen.push({ good: good === true, text });
  }

  /** Runs `action` when the case ends, however it ends. */
  atEnd(action) {
    this.#atEnd.push(action);
  }

  async end() {
    for (const action of this.#atEnd) action();
    for (const { child } of this.#children) {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    }
    await Promise.all(this.#children.map(({ closed }) => closed));
  }
}
