// Structured clone under Bun: the format of its engine, which nothing but Bun reads.
import v8 = require('node:v8');

export { isPlain } from './plain.js';

/** @throws what structuredClone() throws for what cannot be cloned */
export function serialize(message: unknown): Buffer {
  return v8.serialize(message);
}

export const serializeParts: (message: unknown) => Buffer | Uint8Array[] = serialize;

/** @throws if the bytes are no clone */
export function deserialize(bytes: Buffer): unknown {
  return v8.deserialize(bytes);
}
