// The number by which the addon finds the descriptor in a wrap.
import { invalidHandle } from '../errors.js';
import { HandleKind, native } from '../addon/native.js';
import { isWindows } from '../platform/system.js';
import { descriptorOf } from './wraps.js';
import type { Descriptor, StreamWrap, Wrap } from './wraps.js';

/**
 * The descriptor. On Windows, the SOCKET or the HANDLE of a pipe. The wrap keeps it. -1 if it has none yet.
 *
 * On Windows, not all can be sent. libuv does not take a UDP socket that another process has joined to its own completion
 * port, a listening pipe is more than one handle, and Node's wire has room for TCP sockets only.
 * @throws ERR_INVALID_HANDLE_TYPE
 */
export function numberOf(wrap: Wrap, kind: number, nodeWire: boolean): Descriptor {
  if (!isWindows) return descriptorOf(wrap);
  const { name } = wrap.constructor;
  if (name === 'UDP' || (name === 'Pipe' && (nodeWire || kind === HandleKind.netServer)))
    throw invalidHandle();
  acceptSingly(wrap as StreamWrap);
  const fd = native().handleOf(() => {
    if (wrap.hasRef()) wrap.unref();
    else wrap.ref();
  });
  return { fd, owned: false };
}

/** For a server shared between processes on Windows: the one with more pending accepts gets more, as in Node. */
export function acceptSingly(wrap: StreamWrap): void {
  if (isWindows) wrap.setSimultaneousAccepts?.(false);
}
