// The errors of this package: made like those of Node.
import type { ForkwireError, ForkwireErrorCode } from './error-types.js';
import { defineValue } from './platform/properties.js';

const { captureStackTrace } = Error;

type Writable = { -readonly [K in keyof ForkwireError]: ForkwireError[K] };

/**
 * An error that looks like Node's own (lib/internal/errors.js): `code` is an enumerable property, and appears in the stack
 * and in toString(), but not in `name`. V8 writes the first line of a stack when the stack is first read, with the value
 * that `name` has then. So `name` contains the code until the stack has been read once. Without that read, the code would
 * be missing from what an uncaught error prints; if `name` kept the code, programs that compare it with 'TypeError' would
 * break.
 */
export function coded(
  Base: ErrorConstructor,
  code: ForkwireErrorCode,
  message: string,
  cause?: unknown,
): ForkwireError {
  const error = new Base(message, cause === undefined ? undefined : { cause }) as Writable;
  defineValue(error, 'name', `${error.name} [${code}]`);
  captureStackTrace(error, coded);
  try {
    void error.stack;
  } catch {
    // The program's Error.prepareStackTrace threw.
  }
  delete (error as Partial<ForkwireError>).name;
  defineValue(error, 'toString', toString);
  defineValue(error, 'code', code, true);
  return error;
}

/** The same text as that of Node's errors. */
function toString(this: ForkwireError): string {
  return `${this.name} [${this.code}]: ${this.message}`;
}

/** Why a receiver has refused a handle, by the reasons of the protocol. */
export const REFUSALS: Readonly<Record<string, string | undefined>> = {
  __proto__: null as never,
  limit: 'it has no descriptors left (limit)',
  kind: 'its kind is unknown there, or is not the announced one (kind)',
  exit: 'its program has ended (exit)',
  unserved: 'nobody serves the request that it came with (unserved)',
  lost: 'it was lost on the way (lost)',
};
