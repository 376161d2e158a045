// Loads dist/extra.js when something in it is first used. A process (or worker thread) has one instance for each version of
// forkwire, although a child's own channel and the channels to its children are in two bundles, and a program may load
// several copies of the package.
import * as native from '../addon/native.js';
import { existsSync } from '../platform/files.js';
import { EXTRA } from '../platform/paths.js';
import * as capturing from '../platform/captured.js';
import * as primordials from '../platform/primordials.js';
import { process } from '../platform/primordials.js';
import { loadPrivately, requireFor } from '../platform/private-module.js';
import { defineValue } from '../platform/properties.js';
import { version } from '../platform/version.js';
import type { Extra } from './extra.js';

/** The instances of all versions are a property of `process`, which exists once one of them is loaded. */
const INSTANCES = Symbol.for('forkwire.extra');

type Instances = Record<string, Extra>;

let loaded: Extra | undefined;

/**
 * @throws what reading the file throws, if it was loadable once: EMFILE, for example
 * @throws {Error} if the package was removed or replaced after this program had loaded it, or was bundled in part
 */
export function loadExtra(): Extra {
  loaded ??= find();
  return loaded;
}

/** Makes a thing of a handle that came on the channel `end`. @throws if nothing can be made of it; it is closed then */
export function adoptByExtra(
  end: object,
  handle: native.ReceivedHandle,
  buffered: string | undefined,
): unknown {
  let extra: Extra;
  try {
    extra = loadExtra();
  } catch (error) {
    native.closeReceived(handle); // it may have been the last descriptor that this process can have
    throw error;
  }
  return extra.adopt(end, handle, buffered);
}

function find(): Extra {
  const holder = process as unknown as Record<typeof INSTANCES, Instances | undefined>;
  if (holder[INSTANCES] === undefined) defineValue(process, INSTANCES, { __proto__: null });
  const instances = holder[INSTANCES] as unknown as Instances;
  return (instances[version] ??= load());
}

function load(): Extra {
  if (!existsSync(EXTRA)) {
    throw new Error(
      `forkwire: ${EXTRA} is missing. Keep forkwire out of your bundle (as an external package); if it was installed ` +
        'again or removed while this program ran, start the program again.',
    );
  }
  const extra = loadPrivately(EXTRA, requireFor(EXTRA, given)) as Extra;
  if (extra.version === version) return extra;
  throw new Error(
    `forkwire: ${EXTRA} is of version ${extra.version}, and this program has loaded version ${version} of forkwire. ` +
      'It was installed again while this program ran: start the program again.',
  );
}

/**
 * What the bundle has in common with the one that loads it: the addon, and what was captured before the program could
 * change it.
 */
export const given: Record<string, (() => unknown) | undefined> = {
  __proto__: null as never,
  './files.js': () => require('../platform/files.js') as unknown,
  './native.js': () => native,
  './captured.js': () => capturing,
  './primordials.js': () => primordials,
};
