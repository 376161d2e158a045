// The kinds of views of memory, by number.
import {
  ArrayPrototypeIndexOf,
  Buffer,
  BufferFrom,
  NumberIsInteger,
  ObjectPrototypeToString,
  StringPrototypeSlice,
  ViewConstructors,
} from '../platform/primordials.js';

/** In the order of Node's own numbers for the views inside a clone (lib/v8.js). */
const KINDS = [
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'DataView',
  'Buffer',
  'BigInt64Array',
  'BigUint64Array',
  'Float16Array',
];

export const BYTES = 1;
export const BUFFER = 10;
/** The last that each Node knows. */
export const BIG_UINT64 = 12;

/** As Node finds it. A subclass counts as what it is of; -1 if that is unknown. */
export function kindOf(view: ArrayBufferView): number {
  if (view.constructor === Buffer) return BUFFER;
  return ArrayPrototypeIndexOf(
    KINDS,
    StringPrototypeSlice(ObjectPrototypeToString(view), '[object '.length, -1),
  );
}

export type ViewConstructor = new (
  buffer: ArrayBufferLike,
  offset: number,
  length: number,
) => ArrayBufferView;

/** The size of an element, in bytes. */
export function sizeOfElement(Constructor: ViewConstructor): number {
  return (Constructor as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? 1;
}

/** Undefined: the kind is unknown here. */
export function constructorOf(kind: number): ViewConstructor | undefined {
  return ViewConstructors[KINDS[kind] ?? ''];
}

/**
 * A view of `length` bytes.
 * @throws if there can be none of that kind in that place
 */
export function viewOf(
  kind: number,
  buffer: ArrayBufferLike,
  offset: number,
  length: number,
): ArrayBufferView {
  const Constructor = constructorOf(kind);
  const inside =
    NumberIsInteger(offset) &&
    NumberIsInteger(length) &&
    offset >= 0 &&
    length >= 0 &&
    offset + length <= buffer.byteLength;
  if (Constructor === undefined || !inside) throw new Error('a view lies outside its memory');
  if (kind === BUFFER) return BufferFrom(buffer as ArrayBuffer, offset, length);
  const size = sizeOfElement(Constructor);
  if (length % size !== 0 || offset % size !== 0) {
    throw new Error('a view does not consist of whole elements');
  }
  return new Constructor(buffer, offset, length / size);
}
