// Shows tools that look for open handles which channels keep the event loop running. process.getActiveResourcesInfo() and
// process._getActiveHandles() list the handles of Node's own C++ classes. An addon cannot add its own, so the first channel
// wraps both functions.
import { ArrayPrototypePush, ReflectApply, SafeSet, process } from '../platform/primordials.js';
import { defineValue } from '../platform/properties.js';

/** The channel's name among the resources, and the type of its async resource. */
const TYPE = 'FORKWIRE_CHANNEL';

/** A channel, represented by its control. */
export interface Active {
  readonly control: object;
  /** Whether it keeps the event loop running now. As in Node, only those that do are listed. */
  isActive(): boolean;
}

type Lister = (...all: unknown[]) => unknown[];

const all = new SafeSet<Active>();
let wrapped = false;

/** Lists a channel; the result removes it. */
export function listActive(active: Active): () => void {
  wrapOnce();
  all.add(active);
  return () => void all.delete(active);
}

/** Apart from listActive(): all closures of a call share its variables, and these live as long as the process. */
function wrapOnce(): void {
  if (wrapped) return;
  wrapped = true;
  wrap('getActiveResourcesInfo', () => TYPE);
  wrap('_getActiveHandles', ({ control }) => control);
}

function wrap(name: string, entryOf: (active: Active) => unknown): void {
  const { [name]: original } = process as unknown as Record<string, Lister | undefined>;
  if (original === undefined) return; // Bun and Deno lack one of the two
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
