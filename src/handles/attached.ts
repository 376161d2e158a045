// Memories that travel with a message as handles, because views of them are in it.
import { HandleKind, closeReceived } from '../addon/native.js';
import type { OutgoingHandle, ReceivedHandle } from '../addon/native.js';
import { ArrayPrototypePush } from '../platform/primordials.js';
import { PACK } from './packed.js';
import type { Packable, Packed, PackOptions } from './packed.js';

/** Their note: they belong inside the message, and not beside it. */
const IN_MESSAGE = 'view';

/** @throws ERR_FORKWIRE_MEMORY_CLOSED */
export function packAttached(memories: readonly object[], options: PackOptions): Packed[] {
  const packed: Packed[] = [];
  for (let i = 0; i < memories.length; i++) {
    const one = (memories[i] as Packable)[PACK](options);
    const outgoing: OutgoingHandle = { ...one.outgoing, note: IN_MESSAGE };
    ArrayPrototypePush(packed, { ...one, outgoing });
  }
  return packed;
}

export interface Sorted {
  /** Undefined: there are none. */
  readonly beside: ReceivedHandle[] | undefined;
  readonly attached: readonly ReceivedHandle[];
}

const NONE: readonly ReceivedHandle[] = [];

/** Tells the handles of a message from the memories that are in it. */
export function sortHandles(handles: ReceivedHandle[]): Sorted {
  if (handles.length === 1 && handles[0]?.kind !== HandleKind.sharedMemory)
    return { beside: handles, attached: NONE };
  const beside: ReceivedHandle[] = [];
  const attached: ReceivedHandle[] = [];
  for (let i = 0; i < handles.length; i++) {
    const handle = handles[i] as ReceivedHandle;
    const isInside = handle.kind === HandleKind.sharedMemory && handle.note === IN_MESSAGE;
    ArrayPrototypePush(isInside ? attached : beside, handle);
  }
  return { beside: beside.length > 0 ? beside : undefined, attached };
}

/** Their buffers. @throws if one cannot be mapped; all that are left are closed then */
export function openAttached(
  attached: readonly ReceivedHandle[],
  adopt: (handle: ReceivedHandle) => object,
): SharedArrayBuffer[] {
  const buffers: SharedArrayBuffer[] = [];
  let next = 0;
  try {
    while (next < attached.length) {
      const memory = adopt(attached[next++] as ReceivedHandle);
      ArrayPrototypePush(buffers, (memory as { buffer: SharedArrayBuffer }).buffer);
    }
  } finally {
    for (; next < attached.length; next++) closeReceived(attached[next] as ReceivedHandle);
  }
  return buffers;
}
