import type { OutgoingHandle } from '../addon/native.js';
import type { SocketLists } from './socket-lists.js';

/** A socket or server that `send()` took from the program. One of the two is called, once. */
export interface Moved {
  /** The receiver has it, or nobody will: closes what is left here. */
  release(): void;
  /** It stays here: restores the state before the send. */
  restore(): void;
}

/** A thing that is ready to go: nothing has been done to it yet. */
export interface Packed {
  readonly outgoing: OutgoingHandle;
  /** Its descriptor is a duplicate for this purpose, to be closed once the addon has its own. */
  readonly owned?: boolean;
  /** What has been read from it and goes with it. */
  readonly buffered?: Buffer | undefined;
  /** The addon has a duplicate: takes the thing from the program, if it is one that moves. */
  take?(): Moved | undefined;
}

export interface PackOptions {
  readonly keepOpen: boolean;
  /** Whether the message has a place for what was read from a socket before. */
  readonly carriesBuffered: boolean;
  readonly nodeWire: boolean;
  readonly lists: SocketLists;
}
