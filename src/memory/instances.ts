// The objects that a program has, by what they stand for, so that it gets the same one again.
import { FinalizationRegistry, SafeMap, WeakRef } from '../platform/primordials.js';

export class Instances<T extends object> {
  readonly #known = new SafeMap<number, WeakRef<T>>();
  readonly #registry = new FinalizationRegistry<number>((key) => {
    // The key may be another one's by now.
    if (this.#known.get(key)?.deref() === undefined) this.#known.delete(key);
  });

  /** The one for `key`, made if there is none. */
  of(key: number, make: () => T): T {
    const known = this.#known.get(key)?.deref();
    if (known !== undefined) return known;
    const made = make();
    this.#known.set(key, new WeakRef(made));
    this.#registry.register(made, key);
    return made;
  }
}
