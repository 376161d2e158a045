import { invalidArgument } from '../errors.js';
import { coded } from '../coded-error.js';
import {
  ArrayIsArray,
  ArrayPrototypeIncludes,
  ArrayPrototypeJoin,
  ObjectKeys,
} from '../platform/primordials.js';

/**
 * The options that a program passed, as an object without a prototype.
 * @param known the names of the options that there are
 * @throws ERR_INVALID_ARG_TYPE; ERR_INVALID_ARG_VALUE for an unknown one, which would otherwise be without effect
 */
export function readOptions(options: unknown, known: readonly string[]): Record<string, unknown> {
  if (options === undefined) return { __proto__: null as unknown };
  if (typeof options !== 'object' || options === null || ArrayIsArray(options)) {
    throw invalidArgument('options', 'of type object', options);
  }
  const given = { __proto__: null, ...options } as unknown as Record<string, unknown>;
  const names = ObjectKeys(given);
  for (let at = 0; at < names.length; at++) {
    const name = names[at] as string;
    if (!ArrayPrototypeIncludes(known, name)) throw unknownOption(name, known);
  }
  return given;
}

function unknownOption(name: string, known: readonly string[]): Error {
  const all = ArrayPrototypeJoin(known, ', ');
  const what = `The property 'options.${name}' is unknown. The options are: ${all}`;
  return coded(TypeError, 'ERR_INVALID_ARG_VALUE', what);
}
