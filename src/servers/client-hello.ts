// The first message of a TLS client (RFC 8446, section 4.1.2), as far as the name of the server that it wants to talk to
// (RFC 6066, section 3).
import { BufferConcat, MathMin } from '../platform/primordials.js';

/** The most bytes of a first message. Those of browsers have up to 2,000, and more with a post-quantum key. */
export const LARGEST_HELLO = 65_536;

/** What the bytes say so far. Without `done`, more are needed. */
export interface Hello {
  readonly done: boolean;
  /** Undefined if the client names none, or does not speak TLS. */
  readonly serverName?: string | undefined;
}

const HANDSHAKE = 22;
/** The first byte of every version since SSL 3. */
const VERSION = 3;
const CLIENT_HELLO = 1;
const SERVER_NAME = 0;
const HOST_NAME = 0;
const RECORD_HEAD = 5;
const MESSAGE_HEAD = 4;

const MORE: Hello = { done: false };
const NONE: Hello = { done: true };

export function readHello(bytes: Buffer): Hello {
  const { message, ended } = firstMessage(bytes);
  const more = ended || bytes.length >= LARGEST_HELLO ? NONE : MORE;
  if (message.length > 0 && message[0] !== CLIENT_HELLO) return NONE;
  if (message.length < MESSAGE_HEAD) return more;
  const end = MESSAGE_HEAD + message.readUIntBE(1, 3);
  if (end > LARGEST_HELLO) return NONE;
  if (message.length < end) return more;
  return { done: true, serverName: nameIn(message.subarray(MESSAGE_HEAD, end)) };
}

/** The message, which may be divided among several records, and whether something else than such a record follows. */
function firstMessage(bytes: Buffer): { readonly message: Buffer; readonly ended: boolean } {
  const parts: Buffer[] = [];
  let at = 0;
  let ended = false;
  while (at < bytes.length && !ended) {
    ended = bytes[at] !== HANDSHAKE || (at + 1 < bytes.length && bytes[at + 1] !== VERSION);
    if (ended || at + RECORD_HEAD > bytes.length) break;
    const end = at + RECORD_HEAD + bytes.readUInt16BE(at + 3);
    parts.push(bytes.subarray(at + RECORD_HEAD, end));
    at = end;
  }
  return { message: BufferConcat(parts), ended };
}

/** Reads one field after the other. Past the end, everything is empty. */
class Fields {
  #at = 0;

  constructor(readonly bytes: Buffer) {}

  get left(): number {
    return this.bytes.length - this.#at;
  }

  number(size: number): number {
    const begin = this.#at;
    this.#at = MathMin(this.bytes.length, begin + size);
    return this.#at - begin === size ? this.bytes.readUIntBE(begin, size) : 0;
  }

  take(length: number): Buffer {
    const begin = this.#at;
    this.#at = MathMin(this.bytes.length, begin + length);
    return this.bytes.subarray(begin, this.#at);
  }

  /** A field after its length, which has `size` bytes. */
  vector(size: number): Fields {
    return new Fields(this.take(this.number(size)));
  }
}

function nameIn(body: Buffer): string | undefined {
  const fields = new Fields(body);
  fields.take(2 + 32); // version and random
  fields.vector(1); // session
  fields.vector(2); // cipher suites
  fields.vector(1); // compression
  const extensions = fields.vector(2);
  while (extensions.left > 0) {
    const type = extensions.number(2);
    const extension = extensions.vector(2);
    if (type === SERVER_NAME) return hostIn(extension.vector(2));
  }
  return undefined;
}

function hostIn(names: Fields): string | undefined {
  while (names.left > 0) {
    const type = names.number(1);
    const name = names.vector(2).bytes.toString('latin1');
    if (type === HOST_NAME) return /^[!-~]{1,255}$/.test(name) ? name : undefined;
  }
  return undefined;
}
