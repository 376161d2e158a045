// prefork(): the face of a pool.
import type { ChildProcess } from '../child-types.js';
import { ArrayIsArray } from '../platform/primordials.js';
import type { PreforkOptions, PreforkStats, Workers } from '../prefork-types.js';
import type { ForkOptions } from '../types.js';
import { checkOptions, readPreload } from './options.js';
import { Pool } from './pool.js';
import type { Starter } from './starter.js';

/** @throws ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE, and what fork() throws for such options */
export function prefork(starter: Starter, options: PreforkOptions): Workers {
  checkOptions(options);
  const { count, modulePath, preload, ...forkOptions } = options;
  const pool = new Pool(starter, count, readPreload(preload ?? []));
  const request = starter.read(modulePath ?? 'none', [], forkOptions);
  if (request === undefined) refuse(starter, modulePath, forkOptions);
  else pool.want(request);
  return new WorkersOf(starter, pool, modulePath, forkOptions);
}

/** Has Node say what it does not take. */
function refuse(starter: Starter, modulePath: unknown, options: ForkOptions): void {
  const child = starter.forkCold(modulePath ?? 'none', [], { ...options, silent: true });
  child.on('error', () => {}).kill('SIGKILL'); // this version of Node does take it
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
    // fork() reports what is not an object.
    const wrong = own !== null && own !== undefined && (typeof own !== 'object' || ArrayIsArray(own));
    return forkFrom(this.#pool, this.#starter, [
      modulePath ?? this.#modulePath,
      named ? [] : (args ?? []),
      wrong ? own : { ...this.#options, ...own },
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
  const cold = starter.forkCold(modulePath, args, options);
  pool.countCold(cold, child);
  return cold;
}
