// The only access to the Rust addon: what it exports, and how it is found.
import type { ConnectionAddon } from './connections.js';
import type { NativeFunctions } from './functions.js';
import type { Description, OutgoingHandle, ReceivedHandle, Suspended } from './handle.js';
import type { MemoryAddon } from './memory.js';
import type { NativeOptions } from './options.js';
import type { Parts } from './shaped.js';
import type { Payload } from './payload.js';
import type { NativeStats } from './stats.js';
import type { RequestFunctions } from './requests.js';
import { noAddon } from '../errors.js';
import { findLibrary, openLibrary } from './library.js';
import { whyNoAddon } from './no-addon.js';
import { isWindows } from '../platform/system.js';
import { process } from '../platform/primordials.js';

export { BROKEN, FULL, GATHERED, LATE, NOT_SENT, PENDING } from './status.js';

/** What the addon calls from the event loop. */
export interface NativeEvents {
  /** With `parts`, `text` has the values of the messages alone. */
  onText(text: string, count: number, ...parts: Parts | []): void;
  onClones(bytes: Buffer, places: Buffer): void;
  onSeveral(text: string, position: number, count?: number, ...parts: Parts | []): void;
  /** `text` is an array with the number of each request before its payload; negative if it failed. */
  onCalls(text: string, count: number, responses: boolean): void;
  onCall(
    role: number,
    id: number,
    format: number,
    payload: Payload,
    handles: ReceivedHandle[] | undefined,
    position: number,
  ): void;
  onCallEnd(id: number, reason: number): void;
  onMessage(
    format: number,
    payload: Payload,
    internal: boolean,
    handles: ReceivedHandle[] | undefined,
    position: number,
    kind?: number,
    note?: string,
    family?: number,
    fd?: number,
  ): void;
  onProgress(settled: number, status: number): void;
  onAcknowledged(through: number): void;
  onRefused(group: number, reason: string): void;
  onWriteError(code: string, errno: number, settled: number): void;
  onProtocolError(code: string, message: string, position: number): void;
  onClose(): void;
}

export type { Acceptor, ConnectionQueue, ConnectionTaker } from './connections.js';
export { FAMILIES, HandleKind } from './handle.js';
export type { Description, Family, ObjectType, OutgoingHandle } from './handle.js';
export type { Latency, NativeOptions } from './options.js';
export type { NativeFunctions, ReceivedHandle, Suspended };

export interface NativeChannel {
  functions(): NativeFunctions;
  requestFunctions(): RequestFunctions;
  sendRequestWith(payload: string | Uint8Array, handles: OutgoingHandle[]): number;
  sendResponseWith(payload: string | Uint8Array, id: number, handles: OutgoingHandle[]): number;
  sendTextWith(text: string, internal: boolean, handles: OutgoingHandle[]): number;
  sendBytesWith(bytes: Uint8Array, internal: boolean, handles: OutgoingHandle[]): number;
  settled(): number;
  backlogBytes(): number;
  stats(): NativeStats;
  flushAtExit(): void;
  finish(): boolean;
  /** Null: not now. */
  suspend(): Suspended | null;
  destroy(): void;
  ref(): void;
  unref(): void;
  /** Windows: names the process at the other end, in a parent. Handles are duplicated into that process. */
  setPeer(pid: number): void;
  /** Names the socket at the other end, in a parent. As a handle it is refused: the channel could not end any more. */
  setPeerInode(inode: number): void;
  readonly fd: number;
  lastTexts(): string[];
  lastPositions(): number[];
}

export interface Addon extends MemoryAddon, ConnectionAddon {
  /** `beside`: the channel to which a port with a name belongs. */
  Channel: new (
    fd: number,
    options: NativeOptions,
    events: NativeEvents,
    beside?: NativeChannel | null,
  ) => NativeChannel;
  /** At exit, writes what this thread's channels have queued. With `last`, drops what arrives from now on. */
  flushAtExit(last: boolean): void;
  createPair(): [number, number];
  /** What a descriptor is open on. On Windows it is one of the C runtime. @throws an errno error */
  describeFd(fd: number): Description;
  /** A close-on-exec duplicate of a descriptor that somebody else owns. @throws an errno error */
  duplicateFd(fd: number): number;
  /** @throws ERR_FORKWIRE_MESSAGE_TOO_LARGE */
  checkMessageSize(bytes: number, max: number): void;
  closeFd(fd: number): void;
  /** Unix. @throws an errno error */
  closeOnExec(fd: number): void;
  /** Unix: gives a spare process its program. Returns what is left to write. @throws an errno error; nothing was sent */
  handOver(fd: number, text: string, handles: number[]): Uint8Array;
  /** Unix: blocks until the parent has called {@link handOver}. Null if it is gone. @throws an errno error */
  awaitHandOver(fd: number): { text: string; handles: number[] } | null;
  /** Unix: gives descriptors, which it takes over, other numbers. @throws an errno error */
  placeHandles(handles: number[], numbers: number[]): void;
  /** Ends this process, on Unix as a signal or two do, once the other end of the pair that `fd` belongs to is closed. Takes `fd`. */
  endWithPeer(fd: number, grace: number): void;
  /** Windows: closes a SOCKET. */
  closeSocket(socket: number): void;
  /** Windows: the number that a wrap hides. `flip` toggles its reference. -1 if it has none. */
  handleOf(flip: () => void): number;
  /** Windows: a descriptor for the pipe that the process `parent` created. */
  openPipe(name: string, parent: number): number;
}

let addon: Addon | undefined;
let path: string | undefined;
let inContext = (step: () => Addon): Addon => step();

/**
 * Loads the addon in the async context of this call. The addon keeps that context forever, with everything that the program
 * has stored there. So it must not be the context of the first fork().
 */
export function keepContext(): void {
  const { AsyncResource } = require('node:async_hooks') as typeof import('node:async_hooks');
  const here = new AsyncResource('FORKWIRE');
  inContext = (step) => here.runInAsyncScope(step);
}

/**
 * The addon of this environment. A parent uses the loader that napi generated, a child the path that it was given.
 * @throws ERR_FORKWIRE_ADDON
 */
export function native(): Addon {
  addon ??= inContext(load);
  return addon;
}

function load(): Addon {
  try {
    const library = findLibrary();
    path = library.path;
    return library.exports as Addon;
  } catch (cause) {
    const platform = `${process.platform}-${process.arch}`;
    throw noAddon(`forkwire: no addon for ${platform}: ${whyNoAddon(cause)}`, cause);
  }
}

/**
 * Loads the addon directly from its file, as a child does.
 * @throws ERR_FORKWIRE_ADDON
 */
export function loadNative(file: string): void {
  if (addon !== undefined) return;
  try {
    addon = openLibrary(file) as Addon;
  } catch (cause) {
    throw noAddon(`forkwire: this child cannot load ${file}`, cause);
  }
}

/**
 * The file from which the addon was loaded, for a child to load.
 * @throws what loading the addon throws; ERR_FORKWIRE_ADDON if it was not loaded from a file
 */
export function nativePath(): string {
  native();
  if (path === undefined) throw noAddon('forkwire: the addon did not come from a file', undefined);
  return path;
}

/** Closes handles that arrived with a message and are not used. */
export function closeReceived({
  family,
  fd,
  before,
}: Pick<ReceivedHandle, 'family' | 'fd' | 'before'>): void {
  for (let i = 0; i < (before?.length ?? 0); i++) closeReceived(before?.[i] as ReceivedHandle);
  // On Windows, sockets are not descriptors of the C runtime.
  if (isWindows && family !== 'pipe' && family !== '') native().closeSocket(fd);
  else native().closeFd(fd);
}
