// Messages that are one Buffer, typed array or DataView and nothing else. Their clone is a few bytes that depend on the kind and
// the length alone, and the view. Written and read without V8's serializer, which is an object with memory of its own to make and
// to collect for each message, the bytes and the values are the same.
import v8 = require('node:v8');
import {
  ArrayBuffer,
  ArrayBufferIsView,
  MathFloor,
  TypedArrayPrototypeSet,
  Uint8Array,
} from '../platform/primordials.js';
import { BEHIND, VIEW } from './host-objects.js';
import { LARGE, aligned } from './out-of-line.js';
import { BIG_UINT64, constructorOf, kindOf, sizeOfElement, viewOf } from './view-kinds.js';
import type { ViewConstructor } from './view-kinds.js';

/** Begins a host object in a clone (kHostObject in V8's value-serializer.cc). */
const HOST_OBJECT = 0x5c;
/** The place of the length, after the two bytes that begin each clone, and three more. */
const LENGTH = 5;
/** Of a number in a clone, each byte has 7 bits, and one more if others follow. */
const MORE = 0x80;

/** What each clone begins with: the second byte is the version of the format. */
const start = begin();

/**
 * The part before a view. It is made once: V8 gives a small typed array memory outside of its heap when the addon asks where
 * it is, and that costs more to make and to collect than the array. A length from LARGE on takes 3 to 8 bytes.
 */
const front = new Uint8Array(16);
/** The part after a view, by the number of zeros before the length of the clone. */
const ends = [
  new Uint8Array(4),
  new Uint8Array(5),
  new Uint8Array(6),
  new Uint8Array(7),
  new Uint8Array(8),
  new Uint8Array(9),
  new Uint8Array(10),
  new Uint8Array(11),
];

function begin(): Buffer {
  const serializer = new v8.Serializer();
  serializer.writeHeader();
  return serializer.releaseBuffer();
}

/** The message in one or more parts. Undefined: V8 has to serialize it. */
export function writeSingle(message: unknown): Uint8Array | Uint8Array[] | undefined {
  if (!ArrayBufferIsView(message)) return undefined;
  const { buffer, byteOffset, byteLength } = message;
  // Shared memory has a path of its own.
  if (!(buffer instanceof ArrayBuffer)) return undefined;
  const kind = kindOf(message);
  if (!isKnown(kind)) return undefined;
  const view = new Uint8Array(buffer, byteOffset, byteLength);
  return byteLength >= LARGE ? putBehind(kind, view) : putInside(kind, view);
}

function putInside(kind: number, view: Uint8Array): Uint8Array {
  const { byteLength } = view;
  const head = LENGTH + lengthOf(byteLength);
  const bytes = new Uint8Array(head + byteLength);
  writeHead(bytes, VIEW, kind, byteLength);
  TypedArrayPrototypeSet(bytes, view, head);
  return bytes;
}

/** As `Area.parts()`. The next message has the same first and last part, so this one has to be sent before that is serialized. */
function putBehind(kind: number, view: Uint8Array): Uint8Array[] {
  const { byteLength } = view;
  const length = LENGTH + lengthOf(byteLength) + 1; // the last is the offset, which is 0
  for (let at = LENGTH; at < front.length; at++) front[at] = 0;
  writeHead(front, BEHIND, kind, byteLength);
  const padding = aligned(byteLength) - byteLength;
  const end = ends[padding] as Uint8Array;
  end[padding] = length; // little-endian
  return [front, view, end];
}

function writeHead(bytes: Uint8Array, tag: number, kind: number, length: number): void {
  TypedArrayPrototypeSet(bytes, start, 0);
  bytes[2] = HOST_OBJECT;
  bytes[3] = tag;
  bytes[4] = kind;
  let at = LENGTH;
  for (; length >= MORE; length = MathFloor(length / MORE)) bytes[at++] = (length % MORE) + MORE;
  bytes[at] = length;
}

/** How many bytes a number takes. */
function lengthOf(number: number): number {
  let bytes = 1;
  for (; number >= MORE; number = MathFloor(number / MORE)) bytes += 1;
  return bytes;
}

/** The message in such a clone. Undefined: it is not one, and V8 has to read it. @throws if the view does not lie in the message */
export function readSingle(bytes: Buffer): ArrayBufferView | undefined {
  const kind = bytes[4];
  if (bytes[2] !== HOST_OBJECT || bytes[1] !== start[1] || bytes[0] !== start[0]) return undefined;
  if (!isKnown(kind)) return undefined;
  let at = LENGTH;
  let length = 0;
  for (let unit = 1; ; unit *= MORE) {
    const byte = bytes[at++];
    // Numbers that are longer than they need be, or have more than 32 bits, are left to V8 as well.
    if (byte === undefined || unit > 2 ** 28) return undefined;
    length += (byte % MORE) * unit;
    if (byte < MORE) break;
  }
  if (bytes[3] === VIEW) {
    return at + length === bytes.byteLength ? readAt(kind, bytes, at, length) : undefined;
  }
  const isBehind = bytes[3] === BEHIND && length >= LARGE && bytes[at++] === 0;
  const end = bytes.byteLength - 4;
  // The length of the clone, little-endian.
  if (!isBehind || bytes[end] !== at || bytes[end + 1] !== 0 || bytes[end + 2] !== 0 || bytes[end + 3] !== 0)
    return undefined;
  const place = aligned(at);
  if (place + length > end) throw new Error('a view lies outside its message');
  return readAt(kind, bytes, place, length);
}

function readAt(kind: number, bytes: Buffer, at: number, length: number): ArrayBufferView | undefined {
  const size = sizeOfElement(constructorOf(kind) as ViewConstructor);
  if (length % size !== 0) return undefined;
  const { buffer, byteOffset } = bytes;
  if ((byteOffset + at) % size === 0) return viewOf(kind, buffer, byteOffset + at, length);
  const copy = new Uint8Array(new Uint8Array(buffer, byteOffset + at, length));
  return viewOf(kind, copy.buffer, 0, length);
}

/** What not each Node knows is left to V8's serializer, and to what Node makes of it. */
function isKnown(kind: number | undefined): kind is number {
  return kind !== undefined && kind >= 0 && kind <= BIG_UINT64;
}
