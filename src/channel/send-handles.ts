// Messages with handles. A handle is not touched before the addon has a duplicate of its descriptor.
import type { Endpoint } from './endpoint.js';
import { dispatch, hold, releasing } from './dispatch.js';
import type { Carry, Load } from './dispatch.js';
import { invalidHandle } from '../errors.js';
import { packAttached } from '../handles/attached.js';
import { wrapMessage } from '../handles/envelope.js';
import type { Path } from '../handles/paths.js';
import { nodeEnvelope } from '../handles/node-envelope.js';
import { pack } from '../handles/outgoing.js';
import { loadExtra } from './load-extra.js';
import { isInternal } from './internal-message.js';
import type { Packed, PackOptions } from '../handles/packed.js';
import { toJson } from '../serialization/json.js';
import { isNeedsMemory } from '../serialization/shared-views.js';
import type { NeedsMemory } from '../serialization/shared-views.js';
import type { SendCallback } from '../types.js';
import { write } from './write.js';
import { ArrayIsArray, ArrayPrototypePush } from '../platform/primordials.js';

/** The callback of such a message waits for the receiver to take the handles. */
export function sendWith(
  endpoint: Endpoint,
  message: unknown,
  handle: unknown,
  keepOpen: boolean,
  callback: SendCallback | undefined,
  places?: readonly Path[],
): boolean {
  return releasing(endpoint, callback, (load) =>
    sendPacked(endpoint, { message, handle, keepOpen, places }, load, callback),
  );
}

/** A message that no handles were given with. It has some all the same, if views of shared memory are in it. */
export function sendAlone(
  endpoint: Endpoint,
  message: unknown,
  internal: boolean,
  callback: SendCallback | undefined,
): boolean {
  let status: number;
  try {
    status = write(endpoint, message, internal);
  } catch (error) {
    if (isNeedsMemory(error)) return sendNeeding(endpoint, message, internal, error, callback);
    throw error;
  }
  return endpoint.outbox.book(status, callback);
}

function sendNeeding(
  endpoint: Endpoint,
  message: unknown,
  internal: boolean,
  { bytes, memories }: NeedsMemory,
  callback: SendCallback | undefined,
): boolean {
  return releasing(endpoint, callback, (load) => {
    attach(memories, optionsOf(endpoint, true, false), load.packed);
    return dispatch(endpoint, { value: message, encoded: bytes, internal }, load, callback);
  });
}

/** What send() was given. */
export interface Given {
  readonly message: unknown;
  readonly handle: unknown;
  readonly keepOpen: boolean;
  /** The paths of the handles of an array inside the message. */
  readonly places: readonly Path[] | undefined;
  readonly carry?: Carry | undefined;
}

export function sendPacked(
  endpoint: Endpoint,
  given: Given,
  load: Load,
  callback: SendCallback | undefined,
): boolean {
  const { message, handle, keepOpen } = given;
  const { packed } = load;
  const { nodeWire } = endpoint;
  const array: readonly unknown[] | undefined = ArrayIsArray(handle) ? handle : undefined;
  // Node's wire has room for one handle, and not for an array.
  if (array !== undefined && (array.length === 0 || nodeWire)) throw invalidHandle();
  const internal = array === undefined && isInternal(message);
  const options = optionsOf(endpoint, keepOpen, !nodeWire && !internal);
  const at: number[] = [];
  const things = array ?? [handle];
  for (let index = 0; index < things.length; index++) {
    const one = things[index] ? pack(things[index], options) : undefined;
    if (one === undefined) continue;
    ArrayPrototypePush(packed, hold(one));
    ArrayPrototypePush(at, index);
  }
  // All of them have closed, so the message travels alone, as in Node.
  if (packed.length === 0)
    return given.carry === undefined && sendAlone(endpoint, message, isInternal(message), callback);
  const value = wrap(endpoint, given, packed, at, array?.length ?? 0);
  const encoded = encodeWith(endpoint, value, options, packed);
  return dispatch(endpoint, { value, encoded, internal, carry: given.carry }, load, callback);
}

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

/** Json text, or a structured clone. Adds to `packed` the memories that it has views of. */
function encodeWith(
  { nodeWire, serializer }: Endpoint,
  value: unknown,
  options: PackOptions,
  packed: Packed[],
): string | Uint8Array {
  if (serializer === undefined) return toJson(value);
  if (nodeWire) return serializer.serialize(value);
  const memories: object[] = [];
  const bytes = serializer.serializeSharing(value, memories);
  attach(memories, options, packed);
  return bytes;
}

export function attach(memories: readonly object[], options: PackOptions, packed: Packed[]): void {
  const attached = packAttached(memories, options);
  for (let i = 0; i < attached.length; i++) ArrayPrototypePush(packed, hold(attached[i] as Packed));
}

/** What travels in place of the message, so that the receiver knows where its handles belong. */
function wrap(
  { nodeWire }: Endpoint,
  { message, places }: Given,
  packed: readonly Packed[],
  at: number[],
  of: number,
): unknown {
  const first = packed[0];
  if (nodeWire && first !== undefined) return nodeEnvelope(message, first.outgoing);
  const buffered: (Buffer | undefined)[] = [];
  for (let i = 0; i < packed.length; i++) ArrayPrototypePush(buffered, packed[i]?.buffered);
  if (of === 0 && buffered[0] === undefined) return message;
  return wrapMessage(message, at, of, buffered, places);
}
