// Transfer: a message takes ArrayBuffers along, as postMessage() does between threads.
import { invalidArgument, invalidValue } from '../errors.js';
import { native } from '../addon/native.js';
import type { Endpoint } from '../channel/endpoint.js';
import { sendAlone } from '../channel/send-alone.js';
import { sendWith } from '../channel/send-handles.js';
import { isInternal } from '../channel/internal-message.js';
import {
  ArrayBuffer,
  ArrayIsArray,
  ArrayPrototypePush,
  BufferConcat,
  ObjectDefineProperty,
  SafeSet,
} from '../platform/primordials.js';
import { runtime } from '../platform/runtime.js';
import { MEMORY, NeedsMemory } from '../serialization/shared-views.js';
import type { Branded } from '../serialization/shared-views.js';
import type { Serializer } from '../serialization/serializer.js';
import type { SendCallback } from '../types.js';
import { SharedMemory } from './shared-memory.js';

const { structuredClone } = globalThis;

/** `send()` with the option `transfer`. */
export function sendMoving(
  end: Endpoint,
  message: unknown,
  handle: unknown,
  transfer: unknown,
  keepOpen: boolean,
  callback: SendCallback | undefined,
): boolean {
  const buffers = buffersOf(transfer);
  const moving = buffers.length > 0 ? withMoving(end, buffers) : end;
  if (handle) return sendWith(moving, message, handle, keepOpen, callback);
  return sendAlone(moving, message, isInternal(message), callback);
}

/**
 * The end of a channel, for one message that takes these buffers along. Only its properties may be used: its methods need the
 * end itself.
 * @throws ERR_INVALID_ARG_VALUE if messages of the channel are json
 */
export function withMoving(end: Endpoint, buffers: readonly ArrayBuffer[]): Endpoint {
  const { serializer } = end;
  if (serializer === undefined) {
    throw invalidValue('options.transfer', "needs a channel with serialization: 'advanced'");
  }
  const moving = { __proto__: end } as unknown as Endpoint;
  const value = movingSerializer(serializer, end.maxMessageSize, buffers);
  return ObjectDefineProperty(moving, 'serializer', { __proto__: null, value } as PropertyDescriptor);
}

function movingSerializer(
  own: Serializer,
  limit: number,
  buffers: readonly ArrayBuffer[],
): Partial<Serializer> {
  /** The program keeps them if the message is too large, or one of them cannot be detached. */
  const take = (size: number): readonly ArrayBuffer[] => {
    native().checkMessageSize(size, limit);
    return structuredClone(buffers, { transfer: [...buffers] });
  };
  const copied = (message: unknown): Buffer => {
    const bytes = own.serialize(message);
    take(bytes.byteLength);
    return bytes;
  };
  if (runtime === 'Bun')
    return { isPlain: no, serialize: copied, serializeParts: copied, serializeSharing: copied };
  const moved = (message: unknown, memories: object[]): Uint8Array[] =>
    own.serializeMoving(message, buffers, take, memories);
  return {
    isPlain: no,
    serialize: copied,
    serializeParts(message) {
      const memories: object[] = [];
      const parts = moved(message, memories);
      if (memories.length > 0) throw new NeedsMemory(BufferConcat(parts), memories);
      // The addon takes any number, and the system a thousand.
      return parts.length > MOST ? BufferConcat(parts) : parts;
    },
    serializeSharing: (message, memories) => BufferConcat(moved(message, memories)),
  };
}

const MOST = 64;

function no(): boolean {
  return false;
}

/** @throws ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE */
function buffersOf(transfer: unknown): ArrayBuffer[] {
  if (!ArrayIsArray(transfer)) throw invalidArgument('options.transfer', 'an instance of Array', transfer);
  const seen = new SafeSet<unknown>();
  const buffers: ArrayBuffer[] = [];
  for (let i = 0; i < transfer.length; i++) {
    const item: unknown = transfer[i];
    if (seen.has(item)) throw invalidValue('options.transfer', 'has the same buffer twice');
    seen.add(item);
    if (item instanceof ArrayBuffer) ArrayPrototypePush(buffers, item);
    // What is shared goes along as it is.
    else if (!isShared(item)) {
      throw invalidArgument(`options.transfer[${i}]`, 'an instance of ArrayBuffer or SharedMemory', item);
    }
  }
  return buffers;
}

function isShared(item: unknown): boolean {
  if (item instanceof SharedMemory) return true;
  return typeof item === 'object' && item !== null && (item as Branded)[MEMORY] !== undefined;
}
