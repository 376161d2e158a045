import { invalidArgument } from '../errors.js';

/** @throws ERR_INVALID_ARG_TYPE */
export function readName(name: unknown = ''): string {
  if (typeof name !== 'string') throw invalidArgument('options.name', 'of type string', name);
  return name;
}
