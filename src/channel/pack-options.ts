// What packing the handles of a message needs from its channel.
import type { Endpoint } from './endpoint.js';
import { hold } from './duplicate.js';
import { packAttached } from '../handles/attached.js';
import type { Packed, PackOptions } from '../handles/packed.js';
import { loadExtra } from './load-extra.js';
import { ArrayPrototypePush } from '../platform/primordials.js';

export function optionsOf(
  { nodeWire, lists }: Endpoint,
  keepOpen: boolean,
  carriesBuffered: boolean,
): PackOptions {
  return { keepOpen, carriesBuffered, nodeWire, lists, packOther };
}

function packOther(thing: object, options: PackOptions, socket?: Packed): Packed | undefined {
  return loadExtra().pack(thing, options, socket);
}

/** Adds the memories that a message has views of. */
export function attach(memories: readonly object[], options: PackOptions, packed: Packed[]): void {
  const attached = packAttached(memories, options);
  for (let i = 0; i < attached.length; i++) ArrayPrototypePush(packed, hold(attached[i] as Packed));
}
