// Handles in the form that the addon takes and returns.

/** What the receiver should make of a handle. */
export const HandleKind = {
  netSocket: 1,
  netServer: 2,
  netNative: 3,
  dgramSocket: 4,
  dgramNative: 5,
  netBoundSocket: 6,
  port: 7,
  descriptor: 8,
  sharedMemory: 9,
} as const;

/** The addon duplicates `fd` at once. On Windows it is a SOCKET, or the HANDLE of a pipe; for a descriptor, one of the C runtime. */
export interface OutgoingHandle {
  kind: number;
  fd: number;
  note: string;
}

/** What a descriptor is open on. */
export type ObjectType =
  | 'file'
  | 'directory'
  | 'pipe'
  | 'socket'
  | 'terminal'
  | 'character-device'
  | 'block-device'
  | 'poller'
  | 'io_uring'
  | 'other'
  | 'unknown';

export interface Description {
  readonly type: ObjectType;
  /** Empty if it is not a socket. */
  readonly family: Family | '';
  readonly listening: boolean;
  /** For what it was opened. On Windows always both. */
  readonly readable: boolean;
  readonly writable: boolean;
}

export type Family = 'tcp' | 'pipe' | 'udp4' | 'udp6';

/** By their numbers in what the addon delivers. */
export const FAMILIES: readonly (Family | '')[] = ['', 'tcp', 'pipe', 'udp4', 'udp6'];

/** Its receiver owns `fd`. On Windows it is a SOCKET, and for everything else a descriptor of the C runtime. */
export interface ReceivedHandle {
  kind: number;
  fd: number;
  note: string;
  family: string;
  /** Handles that belong to the same thing. */
  before?: readonly ReceivedHandle[];
}

/** A channel that goes on in another process, or later in this one. */
export interface Suspended {
  /** Owned by the caller. -1: the peer has closed the channel. */
  readonly fd: number;
  /** Undefined: there was no channel over it before. */
  readonly state?: Uint8Array | undefined;
}
