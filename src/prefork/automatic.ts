// FORKWIRE_PREFORK: spares for programs that nobody edits.
import type { ChildProcess } from '../child-types.js';
import { MathMin, NumberParseInt, process } from '../platform/primordials.js';
import { Pool } from './pool.js';
import { forkFrom } from './prefork.js';
import type { Starter } from './starter.js';

const MOST = 64;

let pool: Pool | undefined;

/** fork(), with spares for the kind of child that was started last. */
export function forkWithSpares(
  starter: Starter,
  modulePath: unknown,
  args: unknown,
  options: unknown,
): ChildProcess {
  pool ??= new Pool(starter, countOf(process.env['FORKWIRE_PREFORK']), []);
  const child = forkFrom(pool, starter, [modulePath, args, options]);
  const request = starter.read(modulePath, args, options);
  if (request !== undefined) pool.want(request);
  return child;
}

function countOf(value: string | undefined): number {
  const count = NumberParseInt(value ?? '', 10);
  return count >= 1 ? MathMin(count, MOST) : 1;
}
