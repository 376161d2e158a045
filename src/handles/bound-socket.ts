// net.BoundSocket (Node 26): a bound descriptor that has no role yet. It moves to the receiver.
import { invalidHandle } from '../errors.js';
import { HandleKind, closeReceived } from '../addon/native.js';
import type { Family } from '../addon/native.js';
import { isWindows } from '../platform/system.js';
import type { Moved, Packed } from './packed.js';
import { openStream } from './wraps.js';
import type { StreamWrap } from './wraps.js';
import type Net = require('node:net');
import { ObjectGetOwnPropertySymbols, ObjectGetPrototypeOf } from '../platform/primordials.js';

interface BoundSocket {
  /** @throws ERR_SOCKET_HANDLE_ADOPTED if something else has taken the descriptor */
  fd(): number;
  readonly isPipe?: boolean;
}

/** The members by which node:worker_threads moves one. */
type Transferable = Record<symbol, (data?: { handle: StreamWrap }) => { data: { handle: StreamWrap } }>;

/** @throws ERR_INVALID_HANDLE_TYPE for one bound to a path, and on Windows; ERR_SOCKET_HANDLE_ADOPTED */
export function packBoundSocket(thing: object): Packed {
  const bound = thing as BoundSocket;
  if (bound.isPipe === true || isWindows) throw invalidHandle();
  const transfer = member(bound, 'messaging_transfer_symbol');
  return {
    outgoing: { kind: HandleKind.netBoundSocket, fd: bound.fd(), note: '' },
    take(): Moved | undefined {
      if (isTaken(bound)) return undefined; // named twice in one message
      const { handle } = transfer.call(bound).data;
      return {
        release: () => handle.close(),
        restore: () => void install(bound, handle),
      };
    },
  };
}

function isTaken(bound: BoundSocket): boolean {
  try {
    return bound.fd() < 0;
  } catch {
    return true;
  }
}

export function adoptBoundSocket(family: Family, fd: number): object {
  const net = require('node:net') as typeof Net & { _TransferredBoundSocket?: new () => object };
  const { _TransferredBoundSocket: Shell } = net;
  if (Shell === undefined) {
    closeReceived({ family, fd });
    throw new Error('this Node has no net.BoundSocket');
  }
  const wrap = openStream(family, fd);
  try {
    return install(new Shell(), wrap);
  } catch (error) {
    wrap.close();
    throw error;
  }
}

function install(bound: object, handle: StreamWrap): object {
  member(bound, 'messaging_deserialize_symbol').call(bound, { handle });
  return bound;
}

function member(bound: object, description: string): Transferable[symbol] {
  const symbols = ObjectGetOwnPropertySymbols(ObjectGetPrototypeOf(bound));
  const symbol = symbols.find((candidate) => candidate.description === description);
  const method = symbol && (bound as Transferable)[symbol];
  if (method === undefined) throw invalidHandle();
  return method;
}
