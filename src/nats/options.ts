// The options of natsPort().
import { invalidArgument, invalidValue, outOfRange } from '../errors.js';
import { NumberIsInteger } from '../platform/primordials.js';
import { runtime } from '../platform/runtime.js';
import { readOptions as readObject } from '../promises/options.js';
import { LONGEST, SHORTEST } from './heartbeats.js';
import { checkSubject } from './subjects.js';
import type { NatsConnection } from './types.js';

export interface Options {
  readonly queue: string | undefined;
  readonly serialization: 'json' | 'advanced';
  readonly maxMessageSize: number;
  readonly heartbeat: number;
  readonly inboxPrefix: string;
}

/** The most that a server can be set to, in bytes. */
const LARGEST = 64 << 20;
const HEARTBEAT = 2500;
export const NAMES = ['queue', 'serialization', 'maxMessageSize', 'heartbeat', 'inboxPrefix'];

/** @throws ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE */
export function readOptions(connection: NatsConnection, given: unknown): Options {
  const { queue, serialization = 'json', maxMessageSize, heartbeat, inboxPrefix } = readObject(given, NAMES);
  if (serialization !== 'json' && serialization !== 'advanced')
    throw invalidValue(
      'options.serialization',
      `must be 'json' or 'advanced'. Received '${String(serialization)}'`,
    );
  if (serialization === 'advanced' && runtime === 'Bun')
    throw invalidValue(
      'options.serialization',
      "cannot be 'advanced' on Bun, whose structured clones nothing else can read. Use 'json'",
    );
  return {
    queue: queue === undefined ? undefined : checkSubject(queue, 'options.queue'),
    serialization,
    maxMessageSize: readInteger(maxMessageSize ?? LARGEST, 'options.maxMessageSize', 1, LARGEST),
    heartbeat: readInteger(heartbeat ?? HEARTBEAT, 'options.heartbeat', SHORTEST, LONGEST),
    inboxPrefix: checkSubject(inboxPrefix ?? prefixOf(connection), 'options.inboxPrefix'),
  };
}

/** @throws ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE */
export function readInteger(value: unknown, name: string, least: number, most: number): number {
  if (typeof value !== 'number') throw invalidArgument(name, 'of type number', value);
  if (!NumberIsInteger(value) || value < least || value > most)
    throw outOfRange(name, `an integer >= ${least} && <= ${most}`, value);
  return value;
}

/** What the program passed to connect(). The library has no public member for it. */
function prefixOf(connection: NatsConnection): string {
  const { options } = connection as { options?: { inboxPrefix?: unknown } };
  const prefix = options?.inboxPrefix;
  return typeof prefix === 'string' && prefix !== '' ? prefix : '_INBOX';
}
