// Turns what the program passes to send() into what the addon carries.
import { invalidHandle } from '../errors.js';
import { HandleKind } from '../addon/native.js';
import { runtime } from '../platform/runtime.js';
import { packBoundSocket } from './bound-socket.js';
import { isBunSocket, packBun } from './bun.js';
import { PACK, isPackable } from './packed.js';
import type { Packed, PackOptions } from './packed.js';
import { packSocket } from './socket.js';
import { numberOf } from './numbers.js';
import { isStreamWrap, isUdpWrap, udpWrapOf } from './wraps.js';
import type { Wrap } from './wraps.js';
import type Net = require('node:net');
import type Dgram = require('node:dgram');

/** Undefined if it no longer has a descriptor: the message travels without it.
 *  @throws ERR_INVALID_HANDLE_TYPE */
export function pack(thing: unknown, options: PackOptions): Packed | undefined {
  if (isPackable(thing)) return thing[PACK](options);
  if (runtime === 'Bun') return isBunSocket(thing) ? packBun(thing, options) : packHolder(thing, options);
  const net = require('node:net') as typeof Net & { BoundSocket?: new () => object };
  if (thing instanceof net.Socket) return packSocket(thing, options);
  if (thing instanceof net.Server) return packServer(thing, options);
  if (net.BoundSocket !== undefined && thing instanceof net.BoundSocket) return packBoundSocket(thing);
  if (isStreamWrap(thing)) return shared(HandleKind.netNative, thing, options);
  if (isUdpWrap(thing)) return shared(HandleKind.dgramNative, thing, options);
  const dgram = require('node:dgram') as typeof Dgram;
  if (thing instanceof dgram.Socket) return packDgram(thing, options);
  return packHolder(thing, options);
}

/** Files, terminals and other streams, which have the number of their descriptor. */
function packHolder(thing: unknown, options: PackOptions): Packed | undefined {
  if (typeof thing !== 'object' || thing === null || !('fd' in thing)) throw invalidHandle();
  return options.packOther(thing, options);
}

function packServer(server: Net.Server, options: PackOptions): Packed | undefined {
  const { _handle: wrap } = server as unknown as { _handle: unknown };
  if (wrap === null || wrap === undefined) return undefined;
  // A cluster worker's server may have no descriptor of its own.
  if (!isStreamWrap(wrap)) throw invalidHandle();
  return shared(HandleKind.netServer, wrap, options);
}

function packDgram(socket: Dgram.Socket, options: PackOptions): Packed | undefined {
  const wrap = udpWrapOf(socket);
  if (wrap === null || wrap === undefined) return undefined;
  if (!isUdpWrap(wrap)) throw invalidHandle();
  return shared(HandleKind.dgramSocket, wrap, options, (socket as unknown as { type: string }).type);
}

function shared(kind: number, wrap: Wrap, { nodeWire }: PackOptions, note = ''): Packed {
  const { fd, owned } = numberOf(wrap, kind, nodeWire);
  return { outgoing: { kind, fd, note }, owned };
}
