import { invalidArgument, outOfRange } from '../errors.js';
import { defaults } from './defaults.js';
import type { Settings } from './settings.js';
import type { ChannelOptions, LifetimeOptions } from '../types.js';
import { ArrayPrototypeIncludes, NumberIsInteger } from '../platform/primordials.js';

/** The largest number of bytes or milliseconds that the addon takes. */
const LIMIT = 2 ** 32 - 1;

/** How many milliseconds a child has to end by itself. Less than the grace period that service managers give this process. */
export const GRACE = 5000;

const LATENCIES = ['low', 'balanced', 'idle'];

/** @throws ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE */
export function readSettings(
  options: ChannelOptions & { serialization?: 'json' | 'advanced' | undefined; wire?: unknown },
): Settings {
  const { highWaterMark, maxMessageSize, flushTimeout } = defaults;
  if (!ArrayPrototypeIncludes([undefined, 'native', 'node'], options.wire)) {
    throw invalidArgument('options.wire', "one of 'native', 'node'", options.wire);
  }
  const { latency = defaults.latency } = options;
  if (!ArrayPrototypeIncludes(LATENCIES, latency)) {
    throw invalidArgument('options.latency', "one of 'low', 'balanced', 'idle'", latency);
  }
  return {
    serialization: options.serialization ?? defaults.serialization,
    wire: defaults.wire,
    highWaterMark: whole(options.highWaterMark, 'options.highWaterMark', 1, highWaterMark),
    maxMessageSize: whole(options.maxMessageSize, 'options.maxMessageSize', 1, maxMessageSize),
    flushTimeout: whole(options.flushTimeout, 'options.flushTimeout', 0, flushTimeout),
    latency,
    ignoreLateSends: flag(options.ignoreLateSends, 'options.ignoreLateSends'),
  };
}

/** How a child ends. */
export interface Lifetime {
  /** Milliseconds. */
  readonly graceMs: number;
  readonly endWithParent: boolean;
}

/** @throws ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE */
export function readLifetime({ graceMs, endWithParent }: LifetimeOptions): Lifetime {
  return {
    graceMs: whole(graceMs, 'options.graceMs', 0, GRACE),
    endWithParent: flag(endWithParent, 'options.endWithParent'),
  };
}

function flag(value: unknown, name: string): boolean {
  if (value !== undefined && typeof value !== 'boolean')
    throw invalidArgument(name, 'of type boolean', value);
  return value ?? false;
}

function whole(value: unknown, name: string, least: number, absent: number): number {
  if (value === undefined) return absent;
  if (typeof value !== 'number') throw invalidArgument(name, 'of type number', value);
  if (!NumberIsInteger(value)) throw outOfRange(name, 'an integer', value);
  if (value < least || value > LIMIT) throw outOfRange(name, `>= ${least} && <= ${LIMIT}`, value);
  return value;
}
