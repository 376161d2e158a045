import { invalidArgument } from '../errors.js';
import { ArrayIsArray } from '../platform/primordials.js';

/**
 * The options that a program passed, as an object without a prototype.
 * @throws ERR_INVALID_ARG_TYPE
 */
export function readOptions(options: unknown): Record<string, unknown> {
  if (options === undefined) return { __proto__: null as unknown };
  if (typeof options !== 'object' || options === null || ArrayIsArray(options)) {
    throw invalidArgument('options', 'of type object', options);
  }
  return { __proto__: null, ...options } as Record<string, unknown>;
}
