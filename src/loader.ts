// What loads the channels, with what the file that every program loads has captured: see src/start/load-channels.ts.
import { CHANNELS, PARENT } from './platform/paths.js';
import { loadBundle, loadPrivately, requireFor } from './platform/private-module.js';
import type { Given } from './platform/private-module.js';
import type { Channels } from './start/shared.js';

export { version } from './platform/version.js';
export { traps } from './platform/lazy-traps.js';

/** channels.js, which passes modules of its own on. */
interface Common {
  given(): Given;
}

interface Parent extends Channels {
  provideCode(make: () => Buffer): void;
}

/** @throws what reading one of the files throws */
export function load(): Channels {
  const { given } = module as unknown as { given: Given };
  const { script, exports } = loadBundle(CHANNELS, given);
  const all = { __proto__: null as never, ...(exports as Common).given(), ...given };
  const parent = loadPrivately(PARENT, requireFor(PARENT, all)) as Parent;
  parent.provideCode(() => script.createCachedData());
  return parent;
}
