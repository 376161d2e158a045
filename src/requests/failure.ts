// What a handler threw, as a description that can be sent.
import { types } from 'node:util';
import {
  ArrayIsArray,
  ArrayPrototypeIncludes,
  ArrayPrototypePush,
  JSONParse,
  JSONStringify,
  ObjectHasOwn,
  ObjectKeys,
} from '../platform/primordials.js';
import { defineValue } from '../platform/properties.js';

/** An Error, or any other value that was thrown. docs/protocol.md has the format. */
export type Failure = ErrorFailure | { readonly thrown: unknown };

export interface ErrorFailure {
  name: string;
  message: string;
  stack?: string;
  class?: string;
  cause?: Failure;
  errors?: Failure[];
  own?: Record<string, unknown>;
}

/** Failures in each other, at most. */
export const DEPTH = 32;
/** Failures in one description, at most. */
export const FAILURES = 256;

/** Built-in classes, the nearest first. */
export const CLASSES = [
  'DOMException',
  'AggregateError',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
  'Error',
] as const;

/** Properties with a place of their own. */
export const KNOWN: readonly string[] = ['name', 'message', 'stack', 'cause', 'errors'];

/** What the other end gets of a value. It never throws, and returns undefined if that is nothing. */
type Carry = (value: unknown) => unknown;

interface Budget {
  left: number;
  readonly carry: Carry;
}

/** Never throws, whatever was thrown: its getters may throw in their turn, and it may contain itself. */
export function describe(thrown: unknown, carry: Carry): Failure {
  return describeOne(thrown, { left: FAILURES, carry }, DEPTH);
}

function describeOne(thrown: unknown, budget: Budget, depth: number): Failure {
  budget.left -= 1;
  const name = classOf(thrown);
  if (name === undefined) return { thrown: budget.carry(thrown) };
  const error = thrown as Error;
  const failure: ErrorFailure = {
    name: text(get(error, 'name')) ?? name,
    message: text(get(error, 'message')) ?? '',
    class: name,
  };
  const stack = text(get(error, 'stack'));
  if (stack !== undefined) failure.stack = stack;
  if (depth > 0) nest(failure, error, budget, depth - 1);
  const own = ownOf(error, budget.carry);
  if (own !== undefined) failure.own = own;
  return failure;
}

function nest(failure: ErrorFailure, error: Error, budget: Budget, depth: number): void {
  if (has(error, 'cause') && budget.left > 0) failure.cause = describeOne(get(error, 'cause'), budget, depth);
  const errors = has(error, 'errors') ? get(error, 'errors') : undefined;
  if (!isList(errors)) return;
  failure.errors = [];
  const length = get(errors, 'length') as number;
  for (let at = 0; at < length && budget.left > 0; at++)
    ArrayPrototypePush(failure.errors, describeOne(get(errors, at), budget, depth));
}

/** The nearest built-in class of an error. Undefined if it is not an error. */
function classOf(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null) return undefined;
  const all = globalThis as unknown as Record<string, new () => unknown>;
  for (let at = 0; at < CLASSES.length; at++) {
    const name = CLASSES[at] as string;
    try {
      if (thrown instanceof (all[name] as new () => unknown)) return name;
    } catch {
      return undefined; // a Proxy that does not let itself be asked
    }
  }
  // An error of another realm, such as one of node:vm.
  return types.isNativeError(thrown) ? 'Error' : undefined;
}

function ownOf(error: Error, carry: Carry): Record<string, unknown> | undefined {
  let own: Record<string, unknown> | undefined;
  try {
    const keys = ObjectKeys(error);
    for (let at = 0; at < keys.length; at++) {
      const key = keys[at] as string;
      if (ArrayPrototypeIncludes(KNOWN, key)) continue;
      const value = carry(get(error, key));
      if (value === undefined) continue;
      own ??= {};
      defineValue(own, key, value, true);
    }
  } catch {
    // A Proxy again.
  }
  return own;
}

/** What JSON makes of a value; its text if that fails. */
export function plain(value: unknown): unknown {
  try {
    const json = JSONStringify(value) as string | undefined;
    return json === undefined ? undefined : JSONParse(json);
  } catch {
    return text(value);
  }
}

function get(object: object, key: string | number): unknown {
  try {
    return (object as Record<string | number, unknown>)[key];
  } catch {
    return undefined;
  }
}

function has(object: object, key: string): boolean {
  try {
    return ObjectHasOwn(object, key);
  } catch {
    return false;
  }
}

function isList(value: unknown): value is unknown[] {
  try {
    return ArrayIsArray(value);
  } catch {
    return false; // a Proxy that was revoked
  }
}

function text(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  try {
    return String(value);
  } catch {
    return undefined;
  }
}
