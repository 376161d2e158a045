// sendMany(): messages that are sent together and arrive one by one.
import { native } from '../addon/native.js';
import {
  ArrayPrototypePush,
  JSONParse,
  JSONStringify,
  MathFloor,
  MathMax,
  nextTick,
} from '../platform/primordials.js';
import { checkMany, checkMessage } from './check-message.js';
import type { Endpoint } from './endpoint.js';
import { sends } from '../observe/diagnostics.js';
import type { SendPublished } from '../observe/diagnostics.js';
import type { Trace } from '../observe/trace/trace.js';
import { isInternal } from './internal-message.js';
import { refuse } from './send.js';
import { encodeOne, joined, partApart } from './send-apart.js';
import type { Apart } from './send-apart.js';
import type { SendCallback } from '../types.js';
import { put, sizeOf, tell } from './write.js';
import type { Encoded } from './write.js';

/** The approximate length of one array text. The receiver reads the first one while the next are on their way. */
const TEXT = 64 * 1024;
/** How many messages are in the first array text. Its length shows how many fit into the next. */
const FIRST = 64;

/** What one call into the addon sends. */
interface Frame {
  readonly encoded: Encoded;
  readonly messages: readonly unknown[];
  /** One internal message of Node. */
  readonly internal: boolean;
  /** The messages are the elements of `encoded`, the text of an array. */
  readonly together: boolean;
  /** The message has views of shared memory. */
  readonly apart: Apart | undefined;
}

/** Encodes everything, and so refuses what must be refused, before anything is sent. */
export function sendMany(endpoint: Endpoint, messages: unknown, callback: unknown): boolean {
  checkMany(messages, callback);
  const done = callback as SendCallback | undefined;
  if (!endpoint.connected) return refuse(endpoint, done, MathMax(messages.length, 1));
  let frames: Frame[];
  let accepted = true;
  endpoint.beginSend();
  try {
    frames = frameAll(endpoint, messages);
    if (frames.length > 0) accepted = sendFrames(endpoint, frames, done, messages.length);
    else if (done !== undefined) nextTick(done, null);
  } finally {
    endpoint.endSend();
  }
  if (sends.hasSubscribers) publish(endpoint, frames, accepted);
  return accepted;
}

function sendFrames(
  endpoint: Endpoint,
  frames: readonly Frame[],
  done: SendCallback | undefined,
  count: number,
): boolean {
  const parts = partApart(frames);
  if (parts === undefined) return endpoint.outbox.book(push(endpoint, frames), done, count);
  const callback = done && joined(done, parts.length);
  let accepted = true;
  for (let at = 0; at < parts.length; at++) {
    const some = parts[at] as Frame[];
    const { apart } = some[0] as Frame;
    const room =
      apart === undefined
        ? endpoint.outbox.book(push(endpoint, some), callback, countMessages(some))
        : apart(callback);
    accepted = room && accepted;
  }
  return accepted;
}

function countMessages(frames: readonly Frame[]): number {
  let sum = 0;
  for (let at = 0; at < frames.length; at++) sum += (frames[at] as Frame).messages.length;
  return sum;
}

/** Returns the status after the last frame. */
function push(endpoint: Endpoint, frames: readonly Frame[]): number {
  const { functions, outbox } = endpoint;
  const { trace } = endpoint.monitor;
  let status = 0;
  let sequence = outbox.sent;
  for (let at = 0; at < frames.length; at++) {
    const one = frames[at] as Frame;
    const { encoded, messages, internal, together } = one;
    status = together
      ? functions.sendSeveral(encoded as string, messages.length)
      : put(endpoint, encoded, internal);
    if (trace !== undefined) traceFrame(trace, sequence, one, status);
    sequence += messages.length;
  }
  return status;
}

/** The messages after number `before`. What was sent is decoded again, so that no code of the program runs twice. */
function traceFrame(trace: Trace, before: number, frame: Frame, status: number): void {
  const { encoded, messages, internal, together } = frame;
  const again = together ? (JSONParse(encoded as string) as unknown[]) : undefined;
  for (let at = 0; at < messages.length; at++) {
    const text = again === undefined ? encoded : JSONStringify(again[at]);
    tell(trace, before + at + 1, { message: messages[at], encoded: text, internal }, status);
  }
}

function frameAll(endpoint: Endpoint, messages: readonly unknown[]): Frame[] {
  const frames: Frame[] = [];
  let most = FIRST;
  let next = 0;
  while (next < messages.length) {
    const chunk: unknown[] = [];
    let together = !endpoint.nodeWire && !('toJSON' in chunk);
    for (let at = 0; next < messages.length && at < most; next++, at++) {
      const message = messages[next];
      checkMessage(message, next);
      together &&= isOrdinary(endpoint, message);
      chunk[at] = message;
    }
    const text = together ? JSONStringify(chunk) : undefined;
    if (text !== undefined && fits(endpoint, text)) {
      ArrayPrototypePush(frames, {
        encoded: text,
        messages: chunk,
        internal: false,
        together: true,
        apart: undefined,
      });
      most = MathMax(1, MathFloor((TEXT * chunk.length) / text.length));
    } else {
      for (let at = 0; at < chunk.length; at++) ArrayPrototypePush(frames, frameSingly(endpoint, chunk[at]));
    }
  }
  return frames;
}

/** Whether a message has the same text in an array as alone, and may be delivered without being examined. */
function isOrdinary({ serializer }: Endpoint, message: unknown): boolean {
  if (serializer !== undefined && !serializer.isPlain(message)) return false;
  if (typeof message !== 'object' || message === null) return true;
  return !('toJSON' in message) && !isInternal(message);
}

function frameSingly(endpoint: Endpoint, message: unknown): Frame {
  const internal = isInternal(message);
  const { encoded, apart } = encodeOne(endpoint, message, internal);
  if (!fits(endpoint, encoded)) native().checkMessageSize(sizeOf(encoded), endpoint.maxMessageSize);
  return { encoded, messages: [message], internal, together: false, apart };
}

/** A character has at most three bytes, so only a text near the limit is measured. */
function fits({ maxMessageSize }: Endpoint, encoded: Encoded): boolean {
  if (typeof encoded === 'string' && encoded.length * 3 <= maxMessageSize) return true;
  return sizeOf(encoded) <= maxMessageSize;
}

function publish({ target }: Endpoint, frames: readonly Frame[], accepted: boolean): void {
  for (let n = 0; n < frames.length; n++) {
    const { messages } = frames[n] as Frame;
    for (let at = 0; at < messages.length; at++) {
      const message = messages[at];
      sends.publish({ emitter: target, message, handle: undefined, accepted } satisfies SendPublished);
    }
  }
}
