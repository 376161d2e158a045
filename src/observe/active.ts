// What keeps the event loop running, for tools that look for open handles. Node lists the handles of its own C++ classes in
// process.getActiveResourcesInfo() and process._getActiveHandles(); there is no way for an addon to enter its own, so both
// functions are wrapped once a channel is there.
import { ArrayPrototypePush, ReflectApply, SafeSet, process } from '../platform/primordials.js';
import { defineValue } from '../platform/properties.js';

/** The name among the resources: that of the channel's async resource too. */
const TYPE = 'FORKWIRE_CHANNEL';

/** A channel's control, which stands for it in the lists. */
export interface Active {
  readonly control: object;
  /** Whether it keeps the event loop running now. Only what does so is listed, as in Node. */
  isActive(): boolean;
}

type Lister = (...all: unknown[]) => unknown[];

const all = new SafeSet<Active>();
let wrapped = false;

/** Lists a channel; the result removes it. */
export function listActive(active: Active): () => void {
  if (!wrapped) {
    wrapped = true;
    wrap('getActiveResourcesInfo', () => TYPE);
    wrap('_getActiveHandles', ({ control }) => control);
  }
  all.add(active);
  return () => void all.delete(active);
}

function wrap(name: string, entryOf: (active: Active) => unknown): void {
  const { [name]: original } = process as unknown as Record<string, Lister | undefined>;
  if (original === undefined) return; // neither Bun nor Deno has both
  const list = function (this: unknown, ...args: unknown[]): unknown[] {
    const entries = ReflectApply(original, this, args) as unknown[];
    all.forEach((active) => {
      if (active.isActive()) ArrayPrototypePush(entries, entryOf(active));
    });
    return entries;
  };
  defineValue(list, 'name', name);
  (process as unknown as Record<string, Lister>)[name] = list;
}
