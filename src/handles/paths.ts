// Handles that belong inside a message: ports, which a program may post as part of an object.
import { ArrayIsArray, ObjectHasOwn } from '../platform/primordials.js';
import { defineValue } from '../platform/properties.js';

/** The keys that lead from the message to a handle in it; null for a handle that is not in it. */
export type Path = readonly (string | number)[] | null;

/**
 * Puts the handles into the message, and returns it: the handle itself if the whole message is one. A place that is not there,
 * or not empty, is passed over.
 */
export function putInside(
  msg: unknown,
  paths: readonly Path[] | undefined,
  things: readonly unknown[],
): unknown {
  for (let i = 0; i < (paths?.length ?? 0); i++) {
    const path = paths?.[i];
    if (path === null || path === undefined) continue;
    if (path.length === 0) return things[i];
    putAt(msg, path, things[i]);
  }
  return msg;
}

function putAt(root: unknown, path: NonNullable<Path>, thing: unknown): void {
  let holder = root;
  for (let i = 0; i < path.length; i++) {
    const key = path[i] as string | number;
    if (typeof holder !== 'object' || holder === null || !ObjectHasOwn(holder, key)) return;
    const inside = (holder as Record<string | number, unknown>)[key];
    if (i < path.length - 1) holder = inside;
    else if (inside === null) defineValue(holder, key, thing, true);
  }
}

export function arePaths(value: unknown, length: number): boolean {
  if (!ArrayIsArray(value) || value.length !== length) return false;
  for (let i = 0; i < length; i++) if (value[i] !== null && !isPath(value[i])) return false;
  return true;
}

function isPath(value: unknown): boolean {
  if (!ArrayIsArray(value)) return false;
  for (let i = 0; i < value.length; i++) {
    if (typeof value[i] !== 'string' && typeof value[i] !== 'number') return false;
  }
  return true;
}
