// prefork(): the face of a pool.
import type { ChildProcess } from '../child-types.js';
import { invalidArgument, outOfRange } from '../errors.js';
import { ArrayIsArray, NumberIsInteger } from '../platform/primordials.js';
import type { PreforkOptions, PreforkStats, Workers } from '../prefork-types.js';
import type { ForkOptions } from '../types.js';
import { fileURLToPath } from 'node:url';
import { Pool } from './pool.js';
import type { Starter } from './starter.js';

const MOST = 1024;

/** @throws ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE */
export function prefork(starter: Starter, options: PreforkOptions): Workers {
  if (typeof options !== 'object' || options === null)
    throw invalidArgument('options', 'of type object', options);
  const { count, modulePath, preload = [], ...forkOptions } = options;
  checkCount(count);
  const pool = new Pool(starter, count, readPreload(preload));
  const request = starter.read(modulePath ?? 'none', [], forkOptions);
  if (request !== undefined) pool.want(request);
  return new WorkersOf(starter, pool, modulePath, forkOptions);
}

class WorkersOf implements Workers {
  readonly #starter: Starter;
  readonly #pool: Pool;
  readonly #modulePath: string | URL | undefined;
  readonly #options: ForkOptions;

  constructor(starter: Starter, pool: Pool, modulePath: string | URL | undefined, options: ForkOptions) {
    this.#starter = starter;
    this.#pool = pool;
    this.#modulePath = modulePath;
    this.#options = options;
  }

  fork(modulePath?: unknown, args?: unknown, options?: unknown): ChildProcess {
    const named = typeof args === 'object' && args !== null && !ArrayIsArray(args);
    const own = (named ? args : options) as ForkOptions | undefined;
    return forkFrom(this.#pool, this.#starter, [
      modulePath ?? this.#modulePath,
      named ? [] : (args ?? []),
      { ...this.#options, ...own },
    ]);
  }

  stats(): PreforkStats {
    const { waiting, starting, tally } = this.#pool;
    const { warm, cold, reasons, losses: lost, lastLoss } = tally;
    return { waiting, starting, warm, cold, reasons, lost, lastLoss };
  }

  ready(): Promise<void> {
    return this.#pool.ready();
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** A child from the pool, or an ordinary one. */
export function forkFrom(
  pool: Pool,
  starter: Starter,
  [modulePath, args, options]: readonly unknown[],
): ChildProcess {
  const request = starter.read(modulePath, args, options);
  const child = request === undefined ? 'Node has to judge its arguments' : pool.fork(request);
  if (typeof child !== 'string') return child;
  pool.tally.count(child);
  starter.say(`prefork: starts cold: ${child}`);
  return starter.forkCold(modulePath, args, options);
}

function checkCount(count: unknown): void {
  if (typeof count !== 'number') throw invalidArgument('options.count', 'of type number', count);
  if (!NumberIsInteger(count)) throw outOfRange('options.count', 'an integer', count);
  if (count < 1 || count > MOST) throw outOfRange('options.count', `>= 1 && <= ${MOST}`, count);
}

function readPreload(preload: unknown): string[] {
  if (!ArrayIsArray(preload)) throw invalidArgument('options.preload', 'an instance of Array', preload);
  return preload.map((module: unknown, index) => {
    if (module instanceof URL) return fileURLToPath(module);
    if (typeof module !== 'string')
      throw invalidArgument(`options.preload[${index}]`, 'of type string or an instance of URL', module);
    return module.startsWith('file:') ? fileURLToPath(module) : module;
  });
}
