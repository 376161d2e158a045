// Objects of Node that are sent as descriptors: they stay open here, and the receiver shares what they are open on.
import { HandleKind } from '../addon/native.js';
import { wireLacks } from '../channel/wire-lacks.js';
import { invalidHandle, invalidValue } from '../errors.js';
import type { Packed, PackOptions } from '../handles/packed.js';
import { isWindows } from '../platform/system.js';
import type Net = require('node:net');
import type Stream = require('node:stream');
import type Tty = require('node:tty');

interface Holder {
  /** Absent or null: a stream that has not opened its file yet, or that is closed. -1: a closed FileHandle. */
  readonly fd?: number | null;
  readonly pending?: boolean;
  readonly destroyed?: boolean;
  readonly _handle?: { readonly fd?: number } | null;
}

const STANDARD_ERROR = 2;

/**
 * @param socket what a net.Socket over a pipe is packed as. It moves like any net.Socket, except for the standard streams: a program
 * that has given away its standard output could not even warn about it
 * @returns undefined if it no longer has a descriptor: the message travels without it
 * @throws ERR_INVALID_HANDLE_TYPE if it never had one; ERR_INVALID_ARG_VALUE if it has none yet; ERR_FORKWIRE_WIRE
 */
export function pack(thing: object, { nodeWire }: PackOptions, socket?: Packed): Packed | undefined {
  if (socket !== undefined) {
    if (nodeWire) throw wireLacks('A pipe');
    const { fd } = socket.outgoing;
    const outgoing = { kind: HandleKind.descriptor, fd, note: '' };
    return fd <= STANDARD_ERROR ? { outgoing } : { ...socket, outgoing };
  }
  const fd = descriptorOf(thing);
  if (fd === undefined) return undefined;
  if (nodeWire) throw wireLacks('A file or a terminal');
  return { outgoing: { kind: HandleKind.descriptor, fd, note: '' } };
}

function descriptorOf(thing: Holder): number | undefined {
  if (isTerminal(thing)) return isWindows ? refuse() : open(thing.fd ?? thing._handle?.fd);
  if (isFileHandle(thing)) return open(thing.fd);
  const { Readable, Writable } = require('node:stream') as typeof Stream;
  const { Socket } = require('node:net') as typeof Net;
  if (thing instanceof Socket || !(thing instanceof Readable || thing instanceof Writable)) return refuse();
  if (!thing.destroyed && (thing as Holder).pending === true) {
    throw invalidValue(
      'sendHandle',
      "is a stream that has not opened its file yet: wait for its 'open' event",
    );
  }
  return open((thing as Holder).fd);
}

function refuse(): never {
  throw invalidHandle();
}

function open(fd: number | null | undefined): number | undefined {
  return typeof fd === 'number' && fd >= 0 ? fd : undefined;
}

function isTerminal(thing: object): boolean {
  const { ReadStream, WriteStream } = require('node:tty') as typeof Tty;
  return thing instanceof ReadStream || thing instanceof WriteStream;
}

/** Its class is not public. */
function isFileHandle(thing: Holder): boolean {
  const { constructor, fd } = thing as Holder & { constructor?: { name?: unknown } };
  return constructor?.name === 'FileHandle' && typeof fd === 'number';
}
