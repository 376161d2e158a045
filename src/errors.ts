// Errors with Node's own codes and texts for conditions that Node has, and ERR_FORKWIRE_* for new ones.
import { coded, REFUSALS } from './coded-error.js';
import type { ForkwireError, ForkwireErrorCode } from './error-types.js';
import { defineValue } from './platform/properties.js';
import { isWindows } from './platform/system.js';
import { MathAbs } from './platform/primordials.js';

const { Error, RangeError, TypeError } = globalThis;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A failed write, as Node reports it: `write EPIPE`. `messages` is present if no callback gets the error. */
export type WriteError = Mutable<ForkwireError>;

/** A fault in what the peer sent. */
export type FaultError = ForkwireError & Required<Pick<ForkwireError, 'position' | 'side'>>;

/** `errno` may have either sign. Node's are negative; on Windows they are numbers of libuv's. */
export function writeError(code: string, errno: number): WriteError {
  const error = new Error(`write ${code}`) as WriteError;
  error.errno = (isWindows ? numberOnWindows(code) : undefined) ?? -MathAbs(errno);
  error.code = code as ForkwireErrorCode;
  error.syscall = 'write';
  return error;
}

function numberOnWindows(code: string): number | undefined {
  const { getSystemErrorMap } = require('node:util') as typeof import('node:util');
  for (const [number, [name]] of getSystemErrorMap()) if (name === code) return number;
  return undefined;
}

export const channelClosed = (cause?: unknown): ForkwireError =>
  coded(Error, 'ERR_IPC_CHANNEL_CLOSED', 'Channel closed', cause);

export const disconnected = (): ForkwireError =>
  coded(Error, 'ERR_IPC_DISCONNECTED', 'IPC channel is already disconnected');

export const missingMessage = (name: string): ForkwireError =>
  coded(TypeError, 'ERR_MISSING_ARGS', `The "${name}" argument must be specified`);

export const invalidHandle = (): ForkwireError =>
  coded(TypeError, 'ERR_INVALID_HANDLE_TYPE', 'This handle type cannot be sent');

/** @param expected as in Node's text: "of type object" */
export const invalidArgument = (name: string, expected: string, value: unknown): ForkwireError =>
  coded(
    TypeError,
    'ERR_INVALID_ARG_TYPE',
    `The "${name}" ${name.includes('.') ? 'property' : 'argument'} must be ${expected}. Received ${describe(value)}`,
  );

/** @param method its name, for the text */
export const invalidThis = (method: string): ForkwireError =>
  coded(
    TypeError,
    'ERR_INVALID_THIS',
    `${method}() was called without its channel: write channel.${method}(), or channel.${method}.bind(channel) to pass it on`,
  );

/** Node's text. @param type the name of the class */
export const invalidReceiver = (type: string): ForkwireError =>
  coded(TypeError, 'ERR_INVALID_THIS', `Value of "this" must be of type ${type}`);

/** @param instead how such an object is made, where a program can make one */
export const illegalConstructor = (instead?: string): ForkwireError =>
  coded(
    TypeError,
    'ERR_ILLEGAL_CONSTRUCTOR',
    `Illegal constructor${instead === undefined ? '' : `: use ${instead}`}`,
  );

export const bunClone = (program: string): ForkwireError =>
  coded(
    TypeError,
    'ERR_INVALID_ARG_VALUE',
    `The property 'options.serialization' cannot be 'advanced' for ${program}: only Bun can read the structured clones ` +
      "of Bun. Use 'json'",
  );

export const notNative = (why: string): ForkwireError =>
  coded(
    TypeError,
    'ERR_INVALID_ARG_VALUE',
    `The property 'options.endWithParent' cannot be true for this child: it needs the native wire (${why})`,
  );

export const outOfRange = (name: string, expected: string, value: number): ForkwireError =>
  coded(
    RangeError,
    'ERR_OUT_OF_RANGE',
    `The value of "${name}" is out of range. It must be ${expected}. Received ${value}`,
  );

/** @param why completes "The argument 'name' ..." */
export const invalidValue = (name: string, why: string): ForkwireError =>
  coded(TypeError, 'ERR_INVALID_ARG_VALUE', `The argument '${name}' ${why}`);

export const childGone = (): ForkwireError =>
  coded(Error, 'ERR_CHILD_CLOSED_BEFORE_REPLY', 'Child closed before reply received');

export const notSerializable = (): ForkwireError =>
  coded(
    TypeError,
    'ERR_FORKWIRE_NOT_SERIALIZABLE',
    'The message has no JSON form: JSON.stringify() returned undefined for it (see its toJSON method)',
  );

export const unmatched = (): ForkwireError =>
  coded(
    Error,
    'ERR_FORKWIRE_UNMATCHED',
    'next() gave up: 16 MiB of messages or 256 with handles came that its filter does not match and that nothing else takes. ' +
      "They are kept for a 'message' listener, for messages() and for next() with another filter",
  );

export const handleRefused = (reason: string): ForkwireError => {
  const what = `The receiver did not take the handle: ${REFUSALS[reason] ?? reason}`;
  const error = coded(Error, 'ERR_FORKWIRE_HANDLE_REFUSED', what);
  defineValue(error, 'reason', reason, true);
  return error;
};

export const handleNotAdopted = (cause: unknown): ForkwireError =>
  coded(Error, 'ERR_FORKWIRE_HANDLE_NOT_ADOPTED', `A received handle cannot be used: ${text(cause)}`, cause);

/** One message cannot be read; those after it can. `position` is the offset of the byte in the stream. */
export const malformed = (cause: unknown, position: number): FaultError =>
  fault(
    coded(
      Error,
      'ERR_FORKWIRE_MALFORMED',
      `The message at byte ${position} of what the peer sent cannot be read: ${text(cause)}`,
      cause instanceof Error ? cause : undefined,
    ),
    position,
  );

/** So many messages or handles of one peer could not be used that the channel is closed. */
export const tooManyFaults = (limit: number): ForkwireError =>
  fromPeer(
    `The peer sent ${limit} messages or handles that cannot be used. That is the limit: the channel is closed`,
  );

/** `faults` messages or handles could not be used after the `reported` ones of which each was an error. */
export const furtherFaults = (faults: number, reported: number): ForkwireError =>
  fromPeer(
    `${faults} more messages or handles of the peer could not be used. Only the first ${reported} were reported`,
  );

function fromPeer(message: string): ForkwireError {
  const error = coded(Error, 'ERR_FORKWIRE_MALFORMED', message);
  defineValue(error, 'side', 'peer', true);
  return error;
}

export const noAddon = (message: string, cause: unknown): ForkwireError =>
  coded(
    Error,
    'ERR_FORKWIRE_ADDON',
    `${message}. Install forkwire again on this platform (with optional dependencies), or build it with ` +
      '"npm run build"; FORKWIRE=off uses the channel of node:child_process instead.',
    cause,
  );

/** A fault in what the peer sent that ended the channel. `position` is the offset of the byte in the stream. */
export const protocolError = (code: ForkwireErrorCode, message: string, position: number): FaultError =>
  fault(coded(Error, code, message), position);

function fault(error: ForkwireError, position: number): FaultError {
  defineValue(error, 'position', position, true);
  defineValue(error, 'side', 'peer', true);
  return error as FaultError;
}

function text(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** "Received ...", as Node words it. */
function describe(value: unknown): string {
  if (value == null) return String(value);
  if (typeof value === 'function') return `function ${value.name}`;
  const { inspect } = require('node:util') as typeof import('node:util');
  if (typeof value === 'object') {
    const name = (value as { constructor?: { name?: unknown } }).constructor?.name;
    return typeof name === 'string' && name !== '' ? `an instance of ${name}` : inspect(value, { depth: -1 });
  }
  const short = typeof value === 'string' && value.length > 28 ? `${value.slice(0, 25)}...` : value;
  return `type ${typeof value} (${inspect(short)})`;
}
