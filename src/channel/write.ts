// Passes one message without handles to the addon.
import type { NativeFunctions } from '../addon/native.js';
import type { Trace } from '../observe/trace/trace.js';
import { NOT_SENT } from '../addon/native.js';
import { toJson } from '../serialization/json.js';
import { searching, stringifyWithout } from '../serialization/long-strings.js';
import { Outlines } from '../serialization/outlines.js';
import type { Serializer } from '../serialization/serializer.js';
import { outlines as usesOutlines } from '../platform/runtime.js';
import { ArrayIsArray, BufferByteLength } from '../platform/primordials.js';

/** Strings from this length on are cheaper without JSON.stringify(). */
const STRING = 128;

/** Up to this length, in UTF-16 units, the addon has a shorter way for a text. */
const SHORT = 256;

/** What writing needs from one end of a channel. */
export interface Writer {
  readonly functions: NativeFunctions;
  /** Whether the other end speaks Node's own wire. */
  readonly nodeWire: boolean;
  /** Undefined: json. */
  readonly serializer: Serializer | undefined;
  /** Undefined: each message is serialized for itself. */
  readonly outlines: Outlines | undefined;
  readonly monitor: { readonly trace: Trace | undefined };
  /** How many messages the channel has accepted. */
  readonly outbox: { readonly sent: number };
}

/** Json text, or a structured clone in one or more parts. */
export type Encoded = string | Uint8Array | Uint8Array[];

/** @throws what serializing the message throws */
export function encode({ nodeWire, serializer }: Writer, message: unknown): Encoded {
  // Node's wire has one format only; ours has both.
  if (serializer === undefined || (!nodeWire && serializer.isPlain(message))) return toJson(message);
  return nodeWire ? serializer.serialize(message) : serializer.serializeParts(message);
}

/** What sends messages of known shapes as json, where json may be sent. */
export function outlinesOf(writer: Writer): Outlines | undefined {
  const { functions, nodeWire, serializer } = writer;
  if (!usesOutlines || (serializer !== undefined && nodeWire)) return undefined;
  const resend = (message: object) => put(writer, encode(writer, message), false);
  return new Outlines(functions, serializer === undefined ? undefined : resend);
}

/** One call into the addon. Returns its status. */
export function put({ functions }: Writer, encoded: Encoded, internal: boolean): number {
  if (typeof encoded === 'string')
    return internal ? functions.sendInternal(encoded) : putText(functions, encoded);
  return ArrayIsArray(encoded)
    ? functions.sendParts(encoded, internal)
    : functions.sendBytes(encoded, internal);
}

function putText(functions: NativeFunctions, text: string): number {
  return text.length <= SHORT ? functions.sendShort(text) : functions.sendText(text);
}

/** Encodes a message and puts it on its way. */
export function write(writer: Writer, message: unknown, internal: boolean): number {
  const { trace } = writer.monitor;
  if (trace === undefined) {
    const { outlines } = writer;
    if (outlines !== undefined && !internal && typeof message === 'object' && message !== null) {
      const status = outlines.send(message);
      if (status !== NOT_SENT) return status;
    }
    if (typeof message === 'string' ? message.length >= STRING : searching && !internal) {
      const status = writeStrings(writer, message);
      if (status !== NOT_SENT) return status;
    }
    if (writer.serializer === undefined && !internal) return putText(writer.functions, toJson(message));
    return put(writer, encode(writer, message), internal);
  }
  const encoded = encode(writer, message);
  const status = put(writer, encoded, internal);
  tell(trace, writer.outbox.sent + 1, { message, encoded, internal }, status);
  return status;
}

/** Writes a message with long strings, for which the addon makes the json. Returns NOT_SENT if it has none. */
function writeStrings({ functions, nodeWire, serializer }: Writer, message: unknown): number {
  if (typeof message === 'string') {
    const asText = serializer === undefined || (!nodeWire && serializer.isPlain(message));
    return asText ? functions.sendString(message) : NOT_SENT;
  }
  if (serializer !== undefined) return NOT_SENT;
  const { text, strings } = stringifyWithout(message);
  return strings.length === 0 ? functions.sendText(text) : functions.sendLifted(text, strings);
}

/** For a trace. */
export function tell(
  trace: Trace,
  sequence: number,
  { message, encoded, internal }: { message: unknown; encoded: Encoded; internal: boolean },
  status: number,
): void {
  if (typeof encoded === 'string') trace.sends(sequence, { text: encoded, internal }, status);
  else trace.sends(sequence, { bytes: sizeOf(encoded), value: message, internal }, status);
}

/** Bytes. */
export function sizeOf(encoded: Encoded): number {
  if (typeof encoded === 'string') return BufferByteLength(encoded);
  if (!ArrayIsArray(encoded)) return encoded.byteLength;
  let sum = 0;
  for (let i = 0; i < encoded.length; i++) sum += (encoded[i] as Uint8Array).byteLength;
  return sum;
}
