import { invalidArgument, missingMessage } from '../errors.js';

/**
 * Refuses what send() takes for no message.
 * @param name what the error calls it
 * @throws ERR_MISSING_ARGS, ERR_INVALID_ARG_TYPE
 */
export function checkMessage(message: unknown, name = 'message'): void {
  switch (typeof message) {
    case 'object':
    case 'string':
    case 'number':
    case 'boolean':
      return;
    case 'undefined':
      throw missingMessage(name);
    default:
      throw invalidArgument(name, 'one of type string, object, number, or boolean', message);
  }
}
