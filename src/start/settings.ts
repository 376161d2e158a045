import { invalidArgument, outOfRange } from '../errors.js';
import type { Settings } from '../channel/settings.js';
import type { ChannelOptions } from '../types.js';

/** Bytes: two reads of a stock channel, the threshold that Node has too. */
const HIGH_WATER_MARK = 131_072;

/** Bytes: what the longest string of V8 comes to. */
const MAX_MESSAGE_SIZE = 536_870_912;

/** Milliseconds: noticed by a person, and shorter than the grace that service managers give. */
const FLUSH_TIMEOUT = 3000;

/** The largest number of bytes or milliseconds that the addon counts. */
const LIMIT = 2 ** 32 - 1;

/** @throws ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE */
export function readSettings(
  options: ChannelOptions & { serialization?: 'json' | 'advanced' | undefined },
): Settings {
  return {
    serialization: options.serialization ?? 'json',
    wire: 'native',
    highWaterMark: whole(options.highWaterMark, 'options.highWaterMark', 1, HIGH_WATER_MARK),
    maxMessageSize: whole(options.maxMessageSize, 'options.maxMessageSize', 1, MAX_MESSAGE_SIZE),
    flushTimeout: whole(options.flushTimeout, 'options.flushTimeout', 0, FLUSH_TIMEOUT),
  };
}

function whole(value: unknown, name: string, least: number, absent: number): number {
  if (value === undefined) return absent;
  if (typeof value !== 'number') throw invalidArgument(name, 'of type number', value);
  if (!Number.isInteger(value)) throw outOfRange(name, 'an integer', value);
  if (value < least || value > LIMIT) throw outOfRange(name, `>= ${least} && <= ${LIMIT}`, value);
  return value;
}
