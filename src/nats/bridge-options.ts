// The options of natsBridge().
import { availableParallelism } from 'node:os';
import { invalidArgument } from '../errors.js';
import { ArrayIsArray, MathMin } from '../platform/primordials.js';
import { readOptions as readObject } from '../promises/options.js';
import type { Handler } from '../request-types.js';
import type { ForkOptions } from '../types.js';
import { NAMES, readInteger } from './options.js';
import { MOST } from './room.js';

export interface BridgeOptions {
  readonly workers: number;
  readonly concurrency: number;
  readonly prefork: number;
  readonly args: readonly string[];
  readonly fork: ForkOptions;
  readonly messages: boolean;
  readonly serve: Handler | undefined;
  readonly drainTimeout: number;
  /** Those of the port. */
  readonly port: Record<string, unknown>;
}

const OWN = ['workers', 'concurrency', 'prefork', 'args', 'fork', 'messages', 'serve', 'drainTimeout'];
/** Processes. */
const WORKERS = 1024;
/** The longest timer of Node, in milliseconds. */
const LONGEST = 2_147_483_647;

/** @throws ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE */
export function readBridgeOptions(given: unknown): BridgeOptions {
  const all = readObject(given, [...OWN, ...NAMES]);
  const { workers, concurrency, prefork, args, fork, messages, serve, drainTimeout, ...port } = all;
  if (args !== undefined && !ArrayIsArray(args))
    throw invalidArgument('options.args', 'an instance of Array', args);
  if (fork !== undefined && (typeof fork !== 'object' || fork === null))
    throw invalidArgument('options.fork', 'of type object', fork);
  if (serve !== undefined && typeof serve !== 'function')
    throw invalidArgument('options.serve', 'of type function', serve);
  const each = readInteger(concurrency ?? 16, 'options.concurrency', 1, MOST);
  return {
    workers: readInteger(workers ?? MathMin(availableParallelism(), WORKERS), 'options.workers', 1, WORKERS),
    concurrency: each,
    prefork: readInteger(prefork ?? 0, 'options.prefork', 0, WORKERS),
    args: (args as string[] | undefined) ?? [],
    fork: { serialization: 'advanced', ...(fork as ForkOptions | undefined) },
    messages: Boolean(messages),
    serve: serve as Handler | undefined,
    drainTimeout: readInteger(drainTimeout ?? 30_000, 'options.drainTimeout', 0, LONGEST),
    port,
  };
}
