// The options of createReadStream() and createWriteStream(), which are checked before the descriptor is given away.
import type { DescriptorReadOptions } from '../descriptor-types.js';
import { invalidArgument, invalidValue, outOfRange } from '../errors.js';
import { Buffer, NumberIsInteger } from '../platform/primordials.js';

const MOST = 2 ** 53 - 1;

/**
 * Only the options that are documented: others would reach the constructors of Node's streams, where `autoClose` or `fd`, for
 * example, would take the descriptor from its owner.
 * @throws ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE
 */
export function readStreamOptions(options: unknown = {}): DescriptorReadOptions {
  if (typeof options !== 'object' || options === null)
    throw invalidArgument('options', 'of type object', options);
  const { encoding, highWaterMark, start, end } = options as DescriptorReadOptions;
  checkNumber('highWaterMark', highWaterMark);
  checkNumber('start', start);
  if (end !== Infinity) checkNumber('end', end);
  if (start !== undefined && end !== undefined && start > end)
    throw outOfRange('options.start', `<= "options.end" (here: ${end})`, start);
  if (encoding !== undefined && !Buffer.isEncoding(encoding))
    throw invalidValue('options.encoding', 'must be the name of an encoding');
  return { encoding, highWaterMark, start, end };
}

function checkNumber(name: string, value: unknown): void {
  if (value === undefined) return;
  if (typeof value !== 'number') throw invalidArgument(`options.${name}`, 'of type number', value);
  if (!NumberIsInteger(value) || value < 0 || value > MOST)
    throw outOfRange(`options.${name}`, `an integer >= 0 && <= ${MOST}`, value);
}
