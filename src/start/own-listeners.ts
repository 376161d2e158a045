// The listeners that a channel has on a ChildProcess or on `process`: a program must not switch the channel off by
// removing its own.
import type { Target } from '../channel/target.js';
import { ArrayPrototypeIncludes, ArrayPrototypePush, ReflectApply } from '../platform/primordials.js';
import { defineValue } from '../platform/properties.js';

type Listener = (...all: never[]) => void;
type Method = (...all: unknown[]) => unknown;

/**
 * `removeAllListeners()` takes the channel's listeners as well as the program's, and a pool that hands on a child calls it:
 * on Node's channel messages that were pending then are lost, and a child does not stay alive for a listener added
 * later. So the method puts them back before it returns.
 */
export class OwnListeners {
  readonly #target: Target;
  /** As it is now: the program may replace it. */
  readonly #on: Method;
  readonly #names: string[] = [];
  readonly #listeners: Listener[] = [];

  constructor(target: Target) {
    this.#target = target;
    this.#on = target.on as Method;
    const restore = (): void => this.#restore();
    const original = target.removeAllListeners as Method;
    defineValue(target, 'removeAllListeners', function removeAllListeners(this: unknown, _name?: unknown) {
      // The number of arguments counts: an undefined name is a name.
      const result = ReflectApply(original, this, arguments as unknown as unknown[]);
      if (this === target) restore();
      return result;
    });
  }

  add(name: string, listener: Listener): void {
    ArrayPrototypePush(this.#names, name);
    ArrayPrototypePush(this.#listeners, listener);
    ReflectApply(this.#on, this.#target, [name, listener]);
  }

  #restore(): void {
    for (let i = 0; i < this.#names.length; i++) {
      const name = this.#names[i] as string;
      const listener = this.#listeners[i] as Listener;
      if (ArrayPrototypeIncludes(this.#target.listeners(name) as Listener[], listener)) continue;
      ReflectApply(this.#on, this.#target, [name, listener]);
    }
  }
}
