// What a program gets of a message that it waits for: the message, or with `handles: true` the message and its handles.
import { ArrayIsArray } from '../platform/primordials.js';
import type { Message } from './kept.js';

export function arrival({ message, handle, heard }: Message, withHandles: boolean): unknown {
  const handles = listOf(handle);
  if (withHandles) return [message, handles];
  // Nobody has them and nobody can get them.
  if (!heard) for (let at = 0; at < handles.length; at++) close(handles[at]);
  return message;
}

function listOf(handle: unknown): readonly unknown[] {
  if (handle === undefined || handle === null) return [];
  return ArrayIsArray(handle) ? handle : [handle];
}

interface Closable {
  destroy?(): void;
  close?(): void;
}

/** A net.Socket, a server, a dgram.Socket, or a native handle of Node. */
function close(handle: unknown): void {
  const { destroy, close: closeIt } = (handle ?? {}) as Closable;
  if (typeof destroy === 'function') (handle as Required<Closable>).destroy();
  else if (typeof closeIt === 'function') (handle as Required<Closable>).close();
}
