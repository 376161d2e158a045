// The number under which the addon finds what is in a wrap.
import { invalidHandle } from '../errors.js';
import { HandleKind, native } from '../addon/native.js';
import { isWindows } from '../platform/system.js';
import { descriptorOf } from './wraps.js';
import type { Descriptor, StreamWrap, Wrap } from './wraps.js';

/**
 * The descriptor; on Windows the SOCKET, or the HANDLE of a pipe. It stays the wrap's. -1: it has none yet.
 *
 * Not every one can go over there. libuv takes no UDP socket that another process has joined to a completion port of
 * its own, a pipe that listens is no single handle, and Node's wire has a place for TCP sockets only.
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

/** For a server that several processes accept from, on Windows: one that has many accepts pending gets most, as in Node. */
export function acceptSingly(wrap: StreamWrap): void {
  if (isWindows) wrap.setSimultaneousAccepts?.(false);
}
