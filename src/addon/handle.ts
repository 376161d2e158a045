// Handles as the addon takes and gives them.

/** What a handle is, as the receiver is to build it. */
export const HandleKind = {
  netSocket: 1,
  netServer: 2,
  netNative: 3,
  dgramSocket: 4,
  dgramNative: 5,
  netBoundSocket: 6,
  port: 7,
} as const;

/** `fd` is duplicated by the addon at once. On Windows it is a SOCKET, or the HANDLE of a pipe. */
export interface OutgoingHandle {
  kind: number;
  fd: number;
  note: string;
}

export type Family = 'tcp' | 'pipe' | 'udp4' | 'udp6';

/** Whoever is given one owns `fd`. On Windows it is a SOCKET, and a descriptor of the C runtime for a pipe. */
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
  /** Owned by whoever gets it. -1: the peer has closed the channel. */
  readonly fd: number;
  /** Undefined: there was no channel over it before. */
  readonly state?: Uint8Array | undefined;
}
