// Values to payloads and back. A structured clone begins with the byte 0xFF, which no JSON text has. No bytes are `undefined`.
import { BufferFrom, BufferPrototypeToString, JSONParse } from '../platform/primordials.js';
import { toJson } from '../serialization/json.js';
import { advanced } from '../serialization/serializer.js';
import type * as Unshared from './unshared.js';
import { tooLarge, unreadable } from './errors.js';

const CLONE = 0xff;
/** Bytes that the header takes, at most. */
const HEADER = 64;
const NOTHING = BufferFrom('');

export class Codec {
  readonly #encode: (value: unknown) => Buffer;
  readonly #limit: () => number;

  /** @param limit the most bytes of a payload */
  constructor(serialization: 'json' | 'advanced', limit: () => number) {
    this.#encode = serialization === 'json' ? encodeJson : encodeClone;
    this.#limit = limit;
  }

  /**
   * @param what it is: "The request"
   * @throws what serializing throws; ERR_FORKWIRE_MESSAGE_TOO_LARGE
   */
  encode(value: unknown, what: string): Buffer {
    const bytes = value === undefined ? NOTHING : this.#encode(value);
    this.#check(bytes.byteLength, what);
    return bytes;
  }

  /** A description of what a handler threw: JSON, in any case. @throws ERR_FORKWIRE_MESSAGE_TOO_LARGE */
  encodeFailure(failure: unknown): Buffer {
    const bytes = encodeJson(failure);
    this.#check(bytes.byteLength + HEADER, 'The description of what the handler threw');
    return bytes;
  }

  #check(size: number, what: string): void {
    const limit = this.#limit();
    if (size > limit) throw tooLarge(what, size, limit);
  }

  /** @throws ERR_FORKWIRE_MESSAGE_TOO_LARGE, ERR_FORKWIRE_MALFORMED */
  decode(data: Uint8Array, what: string): unknown {
    if (data.byteLength === 0) return undefined;
    this.#check(data.byteLength, what);
    const bytes = BufferFrom(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
    try {
      return bytes[0] === CLONE ? advanced().deserialize(bytes) : JSONParse(BufferPrototypeToString(bytes));
    } catch (error) {
      throw unreadable(what, error);
    }
  }
}

function encodeJson(value: unknown): Buffer {
  return BufferFrom(toJson(value));
}

/** What JSON carries without a difference travels as JSON, which is faster. */
function encodeClone(value: unknown): Buffer {
  if (advanced().isPlain(value)) return BufferFrom(toJson(value));
  return (require('./unshared.js') as typeof Unshared).serializeUnshared(value);
}
