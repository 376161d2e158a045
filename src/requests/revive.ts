// Turns the description of what a handler threw into an error again.
import { requestFailed } from './errors.js';
import { defineValue } from '../platform/properties.js';
import {
  ArrayIsArray,
  ArrayPrototypeIncludes,
  ArrayPrototypePush,
  ObjectHasOwn,
  ObjectKeys,
} from '../platform/primordials.js';
import { CLASSES, DEPTH, FAILURES, KNOWN } from './failure.js';

type Described = Record<string, unknown>;

interface Budget {
  left: number;
}

/** What the peer sent may be anything. */
export function revive(failure: unknown): unknown {
  return reviveOne(failure, { left: FAILURES }, DEPTH);
}

function reviveOne(failure: unknown, budget: Budget, depth: number): unknown {
  budget.left -= 1;
  if (typeof failure !== 'object' || failure === null || ArrayIsArray(failure)) return unknown();
  const described = failure as Described;
  // JSON leaves undefined out.
  if (typeof described['message'] !== 'string') return described['thrown'];
  const error = construct(described, budget, depth);
  const { name, stack, own } = described;
  if (typeof name === 'string' && error.name !== name) defineValue(error, 'name', name);
  if (typeof stack === 'string') defineValue(error, 'stack', stack);
  if (ObjectHasOwn(described, 'cause') && canNest(budget, depth))
    defineValue(error, 'cause', reviveOne(described['cause'], budget, depth - 1));
  if (typeof own === 'object' && own !== null) assign(error, own as Described);
  return error;
}

function construct(described: Described, budget: Budget, depth: number): Error {
  const { class: wanted, errors, message, name } = described as Record<string, string>;
  const known = ArrayPrototypeIncludes(CLASSES, wanted as (typeof CLASSES)[number]);
  // A name that is an object may have no text.
  if (wanted === 'DOMException') return new DOMException(message, typeof name === 'string' ? name : 'Error');
  if (wanted === 'AggregateError') return new AggregateError(reviveAll(errors, budget, depth), message);
  const all = globalThis as unknown as Record<string, new (message?: string) => Error>;
  const Class = (known ? all[wanted as string] : undefined) ?? Error;
  const error = new Class(message);
  if (ArrayIsArray(errors)) defineValue(error, 'errors', reviveAll(errors, budget, depth));
  return error;
}

function reviveAll(errors: unknown, budget: Budget, depth: number): unknown[] {
  const all: unknown[] = [];
  if (!ArrayIsArray(errors)) return all;
  for (let at = 0; at < errors.length && canNest(budget, depth); at++)
    ArrayPrototypePush(all, reviveOne(errors[at], budget, depth - 1));
  return all;
}

function canNest({ left }: Budget, depth: number): boolean {
  return left > 0 && depth > 0;
}

function assign(error: Error, own: Described): void {
  const keys = ObjectKeys(own);
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at] as string;
    if (!ArrayPrototypeIncludes(KNOWN, key)) defineValue(error, key, own[key], true);
  }
}

function unknown(): Error {
  return requestFailed(
    'ERR_FORKWIRE_MALFORMED',
    'The request failed, and what the other process says about it cannot be read',
  );
}
