// Structured clone under Bun, in the format of its engine, which only Bun reads.
import v8 = require('node:v8');

// Taken once: a program may replace them.
const clone = v8.serialize;
const read = v8.deserialize;

export { isPlain } from './plain.js';

/** @throws what structuredClone() throws for what cannot be cloned */
export function serialize(message: unknown): Buffer {
  return clone(message);
}

/** Bun's own clone does not know of shared memory. */
export function serializeSharing(message: unknown, _memories: object[]): Buffer {
  return clone(message);
}

/** Not called under Bun: the buffers are copied. */
export function serializeMoving(message: unknown): Uint8Array[] {
  return [clone(message)];
}

export const serializeParts: (message: unknown) => Buffer | Uint8Array[] = serialize;

/** @throws if the bytes are not a clone */
export function deserialize(bytes: Buffer): unknown {
  return read(bytes);
}
