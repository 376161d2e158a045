import { invalidArgument, missingMessage } from '../errors.js';
import { ArrayIsArray } from '../platform/primordials.js';

/**
 * Refuses what send() does not accept as a message.
 * @param index its place in the argument `messages`, if it has one. The error's text names it.
 * @throws ERR_MISSING_ARGS, ERR_INVALID_ARG_TYPE
 */
export function checkMessage(message: unknown, index?: number): void {
  // One after the other, because V8 makes a call of a `typeof` that is not compared with a text at once.
  if (typeof message === 'object' || typeof message === 'string') return;
  if (typeof message === 'number' || typeof message === 'boolean') return;
  const name = index === undefined ? 'message' : `messages[${index}]`;
  if (message === undefined) throw missingMessage(name);
  throw invalidArgument(name, 'one of type string, object, number, or boolean', message);
}

/**
 * Checks the arguments of sendMany(), except for the messages themselves.
 * @throws ERR_INVALID_ARG_TYPE
 */
export function checkMany(messages: unknown, callback: unknown): asserts messages is readonly unknown[] {
  if (!ArrayIsArray(messages)) throw invalidArgument('messages', 'an instance of Array', messages);
  if (callback !== undefined && typeof callback !== 'function')
    throw invalidArgument('callback', 'of type function', callback);
}
