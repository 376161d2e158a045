// Errors with Node's own codes and texts where Node has the condition, and ERR_FORKWIRE_* for what is new.
import { isWindows } from './platform/system.js';

/** An error of Node's own look: `code` is an enumerable property, and stands in the stack but not in `name`. */
export interface CodedError extends Error {
  code: string;
}

/** A failed system call, as Node shows it: `write EPIPE`. */
export interface ErrnoError extends CodedError {
  errno: number;
  syscall: string;
}

/** The `'error'` for messages that nobody gave a callback for. */
export interface WriteError extends ErrnoError {
  /** How many messages it stands for. */
  messages?: number;
}

/** What the peer did wrong. */
export interface FaultError extends CodedError {
  /** Byte offset in what the peer sent. */
  readonly position: number;
  /** Who is to blame. */
  readonly side: 'peer';
}

function coded(Base: ErrorConstructor, code: string, message: string, cause?: unknown): CodedError {
  const error = new Base(message, cause === undefined ? undefined : { cause }) as CodedError;
  Object.defineProperty(error, 'name', { value: `${error.name} [${code}]`, configurable: true });
  Error.captureStackTrace(error, coded);
  void error.stack; // it is written when it is first read: with the name as it is now
  delete (error as Partial<CodedError>).name;
  Object.defineProperty(error, 'toString', { value: toString, configurable: true, writable: true });
  error.code = code;
  return error;
}

/** As the errors of Node have it. */
function toString(this: CodedError): string {
  return `${this.name} [${this.code}]: ${this.message}`;
}

/** `errno` may come with either sign; Node's are negative, and numbers of its own on Windows. */
export function writeError(code: string, errno: number): WriteError {
  const error = new Error(`write ${code}`) as WriteError;
  error.errno = (isWindows ? numberOnWindows(code) : undefined) ?? -Math.abs(errno);
  error.code = code;
  error.syscall = 'write';
  return error;
}

function numberOnWindows(code: string): number | undefined {
  const { getSystemErrorMap } = require('node:util') as typeof import('node:util');
  for (const [number, [name]] of getSystemErrorMap()) if (name === code) return number;
  return undefined;
}

export const channelClosed = (cause?: unknown): CodedError =>
  coded(Error, 'ERR_IPC_CHANNEL_CLOSED', 'Channel closed', cause);

export const disconnected = (): CodedError =>
  coded(Error, 'ERR_IPC_DISCONNECTED', 'IPC channel is already disconnected');

export const missingMessage = (): CodedError =>
  coded(TypeError, 'ERR_MISSING_ARGS', 'The "message" argument must be specified');

export const invalidHandle = (): CodedError =>
  coded(TypeError, 'ERR_INVALID_HANDLE_TYPE', 'This handle type cannot be sent');

/** @param expected as in Node's text: "of type object" */
export const invalidArgument = (name: string, expected: string, value: unknown): CodedError =>
  coded(
    TypeError,
    'ERR_INVALID_ARG_TYPE',
    `The "${name}" ${name.includes('.') ? 'property' : 'argument'} must be ${expected}. Received ${describe(value)}`,
  );

export const bunClone = (program: string): CodedError =>
  coded(
    TypeError,
    'ERR_INVALID_ARG_VALUE',
    `The property 'options.serialization' cannot be 'advanced' for ${program}: the structured clone of Bun is known ` +
      "to Bun alone. Use 'json'",
  );

export const outOfRange = (name: string, expected: string, value: number): CodedError =>
  coded(
    RangeError,
    'ERR_OUT_OF_RANGE',
    `The value of "${name}" is out of range. It must be ${expected}. Received ${value}`,
  );

export const childGone = (): CodedError =>
  coded(Error, 'ERR_CHILD_CLOSED_BEFORE_REPLY', 'Child closed before reply received');

export const notSerializable = (): CodedError =>
  coded(
    TypeError,
    'ERR_FORKWIRE_NOT_SERIALIZABLE',
    'The message has no JSON form: JSON.stringify() returned undefined for it (see its toJSON method)',
  );

export const handleRefused = (reason: string): CodedError =>
  coded(Error, 'ERR_FORKWIRE_HANDLE_REFUSED', `The receiver did not take the handle: ${refusal(reason)}`);

export const handleNotAdopted = (cause: unknown): CodedError =>
  coded(Error, 'ERR_FORKWIRE_HANDLE_NOT_ADOPTED', `A received handle cannot be used: ${text(cause)}`, cause);

/** A message that cannot be read, while those behind it can. `position` is the byte's offset in the stream. */
export const malformed = (cause: unknown, position: number): FaultError =>
  fault(
    coded(
      Error,
      'ERR_FORKWIRE_MALFORMED',
      `A message from the peer, at byte ${position} of what it sent, cannot be read: ${text(cause)}`,
      cause instanceof Error ? cause : undefined,
    ),
    position,
  );

export const noAddon = (message: string, cause: unknown): CodedError =>
  coded(
    Error,
    'ERR_FORKWIRE_ADDON',
    `${message}. Install forkwire again on this platform (with optional dependencies), or build it with ` +
      '"npm run build"; FORKWIRE=off uses the channel of node:child_process instead.',
    cause,
  );

/** A fault in what the peer sent that cost the channel. `position` is the byte's offset in the stream. */
export const protocolError = (code: string, message: string, position: number): FaultError =>
  fault(coded(Error, code, message), position);

function fault(error: CodedError, position: number): FaultError {
  return Object.assign(error, { position, side: 'peer' as const });
}

function text(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function refusal(reason: string): string {
  if (reason === 'limit') return 'it has no descriptors left (limit)';
  if (reason === 'kind') return 'its kind is unknown there, or it is not what it says (kind)';
  if (reason === 'lost') return 'it was lost on the way (lost)';
  return reason;
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
