// Loads the channels with the first child that gets one, so that they cost other programs nothing.
import { AsyncResource } from 'node:async_hooks';
import * as files from '../platform/files.js';
import { CHANNELS, PARENT } from '../platform/paths.js';
import * as capturing from '../platform/captured.js';
import { loadBundle, loadPrivately, requireFor } from '../platform/private-module.js';
import * as sharing from './shared.js';
import type { Channels } from './shared.js';

/** Whether this copy of forkwire is complete. It is not if a bundler took only a part of it. */
const complete = files.existsSync(CHANNELS);

/** The channels keep the async context in which they are loaded. It must not be that of the first fork(). */
const context = new AsyncResource('FORKWIRE');

/**
 * Returns undefined if the package was removed after this program had loaded it, or if no descriptor is free to read it with:
 * Node's own channel then reports that, in its own way.
 *
 * @throws {Error} if this copy never had the file
 */
export function loadChannels(): Channels | undefined {
  return sharing.shared.loaded[__dirname] ?? load();
}

function load(): Channels | undefined {
  try {
    return (sharing.shared.loaded[__dirname] = context.runInAsyncScope(start));
  } catch (cause) {
    const { code } = cause as { code?: unknown };
    if (code === 'EMFILE' || code === 'ENFILE') return undefined;
    if (complete && !files.existsSync(CHANNELS)) return undefined;
    if (complete) throw cause;
    throw new Error(
      `forkwire: ${CHANNELS} is missing. Keep forkwire out of your bundle (as an external package), or build it again ` +
        'with "npm run build".',
      { cause },
    );
  }
}

/** channels.js, which passes modules of its own on. */
interface Common {
  given(): typeof given;
}

interface Parent extends Channels {
  provideCode(make: () => Buffer): void;
}

function start(): Channels {
  const { script, exports } = loadBundle(CHANNELS, given);
  const common = exports as Common;
  const all = { __proto__: null as never, ...common.given(), ...given };
  const parent = loadPrivately(PARENT, requireFor(PARENT, all)) as Parent;
  parent.provideCode(() => script.createCachedData());
  return parent;
}

/** The modules that this copy passes on, because the program may have changed what they captured at load. */
const given: Record<string, (() => unknown) | undefined> = {
  __proto__: null as never,
  './files.js': () => files,
  './captured.js': () => capturing,
  './shared.js': () => sharing,
};
