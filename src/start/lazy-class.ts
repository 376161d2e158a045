// Classes of dist/extra.js that this package exports. Importing one loads nothing.
import type { Extra } from '../channel/extra.js';
import { lazy } from '../platform/lazy-class.js';
import type { Class } from '../platform/lazy-class.js';
import { loadChannels } from './load-channels.js';

/** The names of the classes in {@link Extra}. */
type ClassName = { [K in keyof Extra]: Extra[K] extends Class ? K : never }[keyof Extra];

/** For example `export const SharedMemory = lazyClass('SharedMemory')`, with a type of the same name. */
export function lazyClass<K extends ClassName>(name: K): Extra[K] {
  return lazy(name, () => extra()[name] as unknown as Class) as unknown as Extra[K];
}

/** @throws if dist/extra.js cannot be loaded */
export function extra(): Extra {
  const channels = loadChannels();
  if (channels !== undefined) return channels.loadExtra();
  throw new Error(
    'forkwire: its files were removed while this program ran, or no descriptor is free to read them with',
  );
}
