import type { EventEmitter } from 'node:events';

/** Whether an emitter has listeners for messages. */
export class Audience {
  readonly #target: EventEmitter;
  /** Whether changed() is called for each listener that is removed. */
  #isWatched = false;
  /** There is one, unless changed() is called. */
  #isKnown = false;

  constructor(target: EventEmitter) {
    this.#target = target;
  }

  get isThere(): boolean {
    if (this.#isKnown) return true;
    const isThere = this.#target.listenerCount('message') > 0;
    this.#isKnown = isThere && this.#isWatched;
    return isThere;
  }

  /**
   * Called once at first, and whenever a listener may have been removed. Until then nothing has to be looked up, which takes
   * time in `process`, for each message.
   */
  changed(): void {
    this.#isWatched = true;
    this.#isKnown = false;
  }

  /**
   * Asked after an emit() that reached nobody: whether a listener was removed without a report. A program can remove the
   * channel's own listeners too, by which it would have been reported.
   */
  hasLeft(): boolean {
    if (!this.#isKnown) return false;
    this.#isKnown = false;
    return !this.isThere;
  }
}
