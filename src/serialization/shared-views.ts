// Shared memory inside a structured clone: the clone has its number among the memories that travel with the message.
import type { Deserializer, Serializer } from 'node:v8';
import { ArrayPrototypeIndexOf, ArrayPrototypePush, Uint8Array } from '../platform/primordials.js';
import { kindOf, viewOf } from './view-kinds.js';

/** On a buffer of shared memory: its SharedMemory. A registered symbol, because a process may have several copies of this file. */
export const MEMORY = Symbol.for('forkwire.memory');

/** A buffer that may be one of shared memory. */
export interface Branded {
  readonly [MEMORY]?: object;
}

/** The numbers before such host objects, after those of advanced.ts. */
export const SHARED_VIEW = 3;
export const SHARED_BUFFER = 4;

/** V8's tag of a SharedArrayBuffer, which is followed by the number that _getSharedArrayBufferId() returned. */
const V8_TAG = 0x75;
/** V8's tag of a host object. */
const HOST_OBJECT = new Uint8Array(1);
HOST_OBJECT[0] = 0x5c;

/** Registered, because a process may have several copies of the class. */
const NEEDS = Symbol.for('forkwire.needs-memory');

export function isNeedsMemory(error: unknown): error is NeedsMemory {
  return typeof error === 'object' && error !== null && NEEDS in error;
}

/**
 * Thrown by a serializer that has come to its end, for a message that has to be sent with handles. Only send() can do that; a
 * program sees it from whatever else sends.
 */
export class NeedsMemory extends Error {
  readonly [NEEDS] = true;
  readonly code = 'ERR_INVALID_ARG_VALUE';

  constructor(
    readonly bytes: Uint8Array,
    readonly memories: readonly object[],
  ) {
    super('Views of shared memory can only be in a message of send(): send it by itself');
  }
}

/** Writes a view of shared memory. */
export function writeSharedView(to: Serializer, view: ArrayBufferView, memories: object[]): void {
  to.writeUint32(SHARED_VIEW);
  to.writeUint32(numberOf(view.buffer as Branded, memories));
  to.writeUint32(kindOf(view));
  to.writeDouble(view.byteOffset);
  to.writeDouble(view.byteLength);
}

/**
 * Writes a whole buffer of shared memory, in front of what V8 writes by itself and cannot read: the reader skips that.
 * @returns what V8 writes
 */
export function writeSharedBuffer(to: Serializer, buffer: Branded, memories: object[]): number {
  to.writeRawBytes(HOST_OBJECT);
  to.writeUint32(SHARED_BUFFER);
  const number = numberOf(buffer, memories);
  to.writeUint32(number);
  return number;
}

function numberOf(buffer: Branded, memories: object[]): number {
  const memory = buffer[MEMORY] as object;
  const known = ArrayPrototypeIndexOf(memories, memory);
  return known === -1 ? ArrayPrototypePush(memories, memory) - 1 : known;
}

/** @throws if the message came without that memory, or the view does not lie in it */
export function readSharedView(from: Deserializer, buffers: readonly SharedArrayBuffer[]): ArrayBufferView {
  const buffer = bufferAt(from.readUint32(), buffers);
  return viewOf(from.readUint32(), buffer, from.readDouble(), from.readDouble());
}

/** @throws if the message came without that memory */
export function readSharedBuffer(
  from: Deserializer,
  buffers: readonly SharedArrayBuffer[],
): SharedArrayBuffer {
  const buffer = bufferAt(from.readUint32(), buffers);
  const [tag] = from.readRawBytes(1);
  if (tag !== V8_TAG) throw new Error('shared memory is not where it should be');
  from.readUint32();
  return buffer;
}

function bufferAt(number: number, buffers: readonly SharedArrayBuffer[]): SharedArrayBuffer {
  const buffer = buffers[number];
  if (buffer === undefined) throw new Error(`it came without its shared memory ${number}`);
  return buffer;
}
