// Handles that are parts of one object, such as the two sockets of a port from which something was read before it was sent.
import { HandleKind } from '../addon/native.js';
import type { ReceivedHandle } from '../addon/native.js';
import { ArrayPrototypePush } from '../platform/primordials.js';

/** The note of a part. The handle of the object itself follows. */
export const PART = '+';

const isPart = ({ kind, note }: ReceivedHandle): boolean => kind === HandleKind.port && note === PART;

/** The handles of the objects, each with its parts. A part that nothing follows stays, and is refused as a port. */
export function joinParts(handles: ReceivedHandle[] | undefined): ReceivedHandle[] | undefined {
  if (handles === undefined || handles.length === 1) return handles;
  let any = false;
  for (let i = 0; i < handles.length; i++) any ||= isPart(handles[i] as ReceivedHandle);
  return any ? join(handles) : handles;
}

function join(handles: readonly ReceivedHandle[]): ReceivedHandle[] {
  const joined: ReceivedHandle[] = [];
  let before: ReceivedHandle[] = [];
  for (let i = 0; i < handles.length; i++) {
    const handle = handles[i] as ReceivedHandle;
    if (isPart(handle) && i < handles.length - 1) {
      ArrayPrototypePush(before, handle);
      continue;
    }
    ArrayPrototypePush(joined, before.length > 0 ? { ...handle, before } : handle);
    before = [];
  }
  return joined;
}
