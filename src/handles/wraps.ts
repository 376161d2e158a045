// Node's wraps of a descriptor or a Windows socket (TCP, Pipe, UDP), and Deno's, which imitate them. They are recognised by
// their members, because their classes are not public.
import { invalidHandle } from '../errors.js';
import { closeReceived } from '../addon/native.js';
import type { Family } from '../addon/native.js';
import { isWindows } from '../platform/system.js';
import type Net = require('node:net');
import type Dgram = require('node:dgram');
import { ObjectAssign, ObjectGetOwnPropertySymbols } from '../platform/primordials.js';

export interface Wrap {
  /** Node's. */
  readonly fd: number;
  /** Deno's. Each call returns a new duplicate. */
  fdForIpc?(): number;
  getAsyncId(): number;
  open(fd: number): number;
  close(callback?: () => void): void;
  hasRef(): boolean;
  ref(): void;
  unref(): void;
}

export interface StreamWrap extends Wrap {
  reading?: boolean;
  onread: unknown;
  readStart(): number;
  readStop(): number;
  /** Only TCP on Windows has it. */
  setSimultaneousAccepts?(on: boolean): void;
}

export type UdpWrap = Wrap & { recvStart(): number };

type Constructor<T> = new (type?: number) => T;

/** The number of the plain socket type in both TCP and Pipe. It matters to diagnostics only. */
const SOCKET_TYPE = 0;

export function isStreamWrap(thing: unknown): thing is StreamWrap {
  const name = wrapName(thing);
  return name === 'TCP' || name === 'Pipe' || name === 'TCPWrap' || name === 'PipeWrap';
}

export function isUdpWrap(thing: unknown): thing is UdpWrap {
  return wrapName(thing) === 'UDP';
}

function wrapName(thing: unknown): unknown {
  if (typeof thing !== 'object' || thing === null) return undefined;
  const { fdForIpc, getAsyncId, constructor } = thing as Partial<Wrap> & {
    constructor?: { name?: unknown };
  };
  // Not read: Node asks the system each time.
  const hasDescriptor = 'fd' in thing || typeof fdForIpc === 'function';
  return hasDescriptor && typeof getAsyncId === 'function' ? constructor?.name : undefined;
}

/** The descriptor of something to send. */
export interface Descriptor {
  readonly fd: number;
  /** Whether it is a duplicate made for this, which nobody else closes. */
  readonly owned: boolean;
}

/** @throws ERR_INVALID_HANDLE_TYPE if the runtime does not expose it */
export function descriptorOf(wrap: Wrap): Descriptor {
  if (wrap.fdForIpc === undefined) {
    const own: unknown = wrap.fd;
    if (typeof own !== 'number') throw invalidHandle();
    return { fd: own, owned: false };
  }
  const fd = wrap.fdForIpc();
  if (typeof fd !== 'number') throw invalidHandle();
  return { fd, owned: fd >= 0 };
}

let TCP: Constructor<StreamWrap> | undefined;
let Pipe: Constructor<StreamWrap> | undefined;
let UDP: Constructor<UdpWrap> | undefined;

/**
 * Takes over `fd` as a stream, and closes it on failure. A net.Socket made from a descriptor asks the kernel what it is,
 * which costs more than everything else. So only the first of each kind is made this way, for the class of its wrap.
 * @throws an errno exception, or what net.Socket throws
 */
export function openStream(family: Family, fd: number): StreamWrap {
  if (isWindows && family === 'tcp') TCP ??= classOfTcp();
  const known = family === 'tcp' ? TCP : Pipe;
  if (known !== undefined) return open(new known(SOCKET_TYPE), family, fd);
  return closeIfThrows(family, fd, openFirst);
}

/** net.Socket does not take a Windows socket by its number. The class is taken from a connection that is never started. */
function classOfTcp(): Constructor<StreamWrap> {
  const { Socket } = require('node:net') as typeof Net;
  const socket = new Socket().connect(1, '127.0.0.1');
  const wrap = takeWrap(socket);
  socket.destroy();
  wrap.close();
  return wrap.constructor as Constructor<StreamWrap>;
}

function openFirst(fd: number): StreamWrap {
  const { Socket } = require('node:net') as typeof Net;
  // It has not been started, so it has only wrapped the descriptor.
  const socket = new Socket({ fd, manualStart: true } as Net.SocketConstructorOpts);
  const wrap = takeWrap(socket);
  const known = wrap.constructor as Constructor<StreamWrap>;
  if (wrap.constructor.name.startsWith('TCP')) TCP = known;
  else Pipe = known;
  return wrap;
}

/** Takes over `fd`, and closes it on failure. @throws an errno exception */
export function openUdp(family: Family, fd: number): UdpWrap {
  if (UDP === undefined) {
    const { createSocket } = require('node:dgram') as typeof Dgram;
    const socket = createSocket(family === 'udp6' ? 'udp6' : 'udp4');
    UDP = udpWrapOf(socket)?.constructor as Constructor<UdpWrap>;
    socket.close();
  }
  return open(new UDP(), family, fd);
}

function open<T extends Wrap>(wrap: T, family: Family, fd: number): T {
  const status = wrap.open(fd);
  if (status === 0 || status === undefined) return wrap;
  wrap.close();
  closeReceived({ family, fd }); // the wrap did not take it
  const { getSystemErrorName } = require('node:util') as typeof import('node:util');
  const code = getSystemErrorName(status);
  throw ObjectAssign(new Error(`open ${code}`), { errno: status, code, syscall: 'open' });
}

/** Runs a step that gives the descriptor an owner, and closes it if the step throws. */
export function closeIfThrows<T>(family: Family, fd: number, step: (fd: number) => T): T {
  try {
    return step(fd);
  } catch (error) {
    closeReceived({ family, fd });
    throw error;
  }
}

/** Takes the wrap out of a socket. */
function takeWrap(socket: unknown): StreamWrap {
  const holder = socket as { _handle: StreamWrap | null };
  const wrap = holder._handle as StreamWrap;
  holder._handle = null;
  return wrap;
}

let stateSymbol: symbol | undefined;

/** The wrap in a dgram.Socket; null once it is closed. */
export function udpWrapOf(socket: Dgram.Socket): UdpWrap | null | undefined {
  // The name in Node and Bun, or in Deno.
  stateSymbol ??= ObjectGetOwnPropertySymbols(socket).find(
    ({ description }) => description === 'state symbol' || description === 'kStateSymbol',
  );
  if (stateSymbol === undefined) return undefined;
  const state = (socket as unknown as Record<symbol, { handle?: UdpWrap | null } | undefined>)[stateSymbol];
  return state?.handle;
}
