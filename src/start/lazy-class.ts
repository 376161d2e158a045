// Classes of dist/extra.js that this package exports. Importing one loads nothing.
import type { Extra } from '../channel/extra.js';
import { Proxy } from '../platform/captured.js';
import { lazy } from '../platform/lazy-class.js';
import type { Class } from '../platform/lazy-class.js';
import { loader, neededChannels } from './load-channels.js';

/** The names of the classes in {@link Extra}. */
type ClassName = { [K in keyof Extra]: Extra[K] extends Class ? K : never }[keyof Extra];

/** They are in dist/loader.js. */
const traps = new Proxy(
  { __proto__: null } as object,
  {
    __proto__: null,
    get: (_, trap) => (loader().traps as Record<PropertyKey, unknown>)[trap],
  } as ProxyHandler<object>,
);

/** For example `export const SharedMemory = lazyClass('SharedMemory')`, with a type of the same name. */
export function lazyClass<K extends ClassName>(name: K): Extra[K] {
  return lazy(name, extra as never, traps) as unknown as Extra[K];
}

/** @throws if dist/extra.js cannot be loaded */
export function extra(): Extra {
  return neededChannels().loadExtra();
}
