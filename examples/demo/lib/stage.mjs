// What a case has to work with: forked children, checks, and a clean end.
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { fork } from 'forkwire';

const childFolder = new URL('../children/', import.meta.url);

export class Stage {
  /** What was seen, in order: `{ good, text }`. */
  seen = [];
  /** The wire of each child forked. */
  wires = [];
  #children = [];
  #atEnd = [];

  /** Forks a file of ../children; it is killed when the case is over. */
  fork(file, args = [], options = {}) {
    const child = fork(fileURLToPath(new URL(file, childFolder)), args, options);
    this.wires.push(child.wire);
    // Taken here, since it may have closed long before anybody waits for it.
    this.#children.push({ child, closed: once(child, 'close').catch(() => {}) });
    return child;
  }

  /** Tells what was seen. */
  say(text) {
    this.seen.push({ good: true, text });
  }

  /** Tells what was seen; the case fails when `good` is not true. */
  check(good, text) {
    this.seen.push({ good: good === true, text });
  }

  /** Runs `action` when the case is over, however it ended. */
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
