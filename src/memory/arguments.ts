// The checks of what programs pass.
import { invalidArgument, outOfRange } from '../errors.js';
import { NumberIsInteger } from '../platform/primordials.js';

/** What the addon takes for all. */
const ALL = 0xffff_ffff;

/** @throws ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE */
export function integerOf(value: unknown, name: string, least: number, most: number): number {
  if (typeof value !== 'number') throw invalidArgument(name, 'of type number', value);
  if (!NumberIsInteger(value) || value < least || value > most) {
    throw outOfRange(name, `an integer from ${least} to ${most}`, value);
  }
  return value;
}

/** What an Int32Array can have. @throws ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE */
export function wordOf(value: unknown, name: string): number {
  return integerOf(value, name, -(2 ** 31), 2 ** 31 - 1);
}

/** As that of Atomics.notify(). @throws ERR_INVALID_ARG_TYPE */
export function countOf(count: unknown): number {
  if (typeof count !== 'number') throw invalidArgument('count', 'of type number', count);
  if (count >= ALL) return ALL;
  return count > 0 ? count : 0;
}

/** Milliseconds; undefined: no limit. @throws ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE */
export function timeOf(timeout: unknown, name: string): number | undefined {
  if (timeout === undefined || timeout === Infinity) return undefined;
  if (typeof timeout !== 'number') throw invalidArgument(name, 'of type number', timeout);
  if (!(timeout >= 0)) throw outOfRange(name, 'at least 0', timeout);
  return timeout;
}
