// Messages with handles. A handle is not touched before the addon has a duplicate of its descriptor.
import type { Endpoint } from './endpoint.js';
import { dispatch, releasing } from './dispatch.js';
import type { Carry, Load } from './dispatch.js';
import { hold } from './duplicate.js';
import { invalidHandle } from '../errors.js';
import { wrapMessage } from '../handles/envelope.js';
import type { Path } from '../handles/paths.js';
import { nodeEnvelope } from '../handles/node-envelope.js';
import { pack } from '../handles/outgoing.js';
import { attach, optionsOf } from './pack-options.js';
import { isInternal } from './internal-message.js';
import type { Packed, PackOptions } from '../handles/packed.js';
import { toJson } from '../serialization/json.js';
import type { SendCallback } from '../types.js';
import { sendAlone } from './send-alone.js';
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
  const { nodeWire } = endpoint;
  const array: readonly unknown[] | undefined = ArrayIsArray(handle) ? handle : undefined;
  // Node's wire has room for one handle, and not for an array.
  if (array !== undefined && (array.length === 0 || nodeWire)) throw invalidHandle();
  const internal = array === undefined && isInternal(message);
  const options = optionsOf(endpoint, keepOpen, !nodeWire && !internal);
  const at = array === undefined ? packOne(handle, options, load) : packAll(array, options, load);
  const { packed } = load;
  // All of them have closed, so the message travels alone, as in Node.
  if (packed.length === 0)
    return given.carry === undefined && sendAlone(endpoint, message, isInternal(message), callback);
  const value = wrap(endpoint, given, packed, at, array?.length ?? 0);
  const encoded = encodeWith(endpoint, value, options, packed);
  return dispatch(endpoint, { value, encoded, internal, carry: given.carry }, load, callback);
}

const FIRST: readonly number[] = [0];
const NONE: readonly number[] = [];

/** Returns the places of those that are still open. */
function packOne(handle: unknown, options: PackOptions, load: Load): readonly number[] {
  const one = pack(handle, options);
  if (one === undefined) return NONE;
  // In place of push(), for which V8 would make room for 17.
  load.packed = [one];
  hold(one);
  return FIRST;
}

function packAll(things: readonly unknown[], options: PackOptions, { packed }: Load): readonly number[] {
  const at: number[] = [];
  for (let index = 0; index < things.length; index++) {
    const one = things[index] ? pack(things[index], options) : undefined;
    if (one === undefined) continue;
    ArrayPrototypePush(packed, one);
    hold(one);
    ArrayPrototypePush(at, index);
  }
  return at;
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

/** What travels in place of the message, so that the receiver knows where its handles belong. */
function wrap(
  { nodeWire }: Endpoint,
  { message, places }: Given,
  packed: readonly Packed[],
  at: readonly number[],
  of: number,
): unknown {
  const first = packed[0];
  if (nodeWire && first !== undefined) return nodeEnvelope(message, first.outgoing);
  if (of === 0 && first?.buffered === undefined) return message;
  const buffered: (Buffer | undefined)[] = [];
  for (let i = 0; i < packed.length; i++) ArrayPrototypePush(buffered, packed[i]?.buffered);
  return wrapMessage(message, at, of, buffered, places);
}
