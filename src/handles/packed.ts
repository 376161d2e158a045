import type { OutgoingHandle } from '../addon/native.js';
import type { SocketLists } from './socket-lists.js';

/** The name of the method that packs sendable objects of extra.js. A name, since each bundle has its own copy of this file. */
export const PACK: unique symbol = Symbol.for('forkwire.pack') as never;

/** An object that can be sent and is neither a socket nor a server of Node. */
export interface Packable {
  /** @throws the reason why it cannot be sent */
  [PACK](options: PackOptions): Packed;
}

export function isPackable(thing: unknown): thing is Packable {
  return (
    typeof thing === 'object' && thing !== null && typeof (thing as Partial<Packable>)[PACK] === 'function'
  );
}

/** A socket or server that `send()` took from the program. Exactly one of the two methods is called, once. */
export interface Moved {
  /** The receiver has it, or nobody ever will. Closes what is left here. */
  release(): void;
  /** It stays here: restores the state before the send. */
  restore(): void;
}

/** A handle that is ready to be sent. Nothing has been done to it yet that `abandon()` does not undo. */
export interface Packed {
  outgoing: OutgoingHandle;
  /** More handles that belong to the same object. They travel in front of it. */
  readonly before?: readonly OutgoingHandle[];
  /** Whether its descriptor is a duplicate made for this, which is to be closed, or given to the addon. */
  owned?: boolean;
  /** What keeps its descriptor open as long as it is reachable, whatever the program does. */
  readonly keeper?: object;
  /** What has been read from it and travels with it. */
  readonly buffered?: Buffer | undefined;
  /** The addon has a duplicate. Takes the object from the program, if it moves. */
  take?(): Moved | undefined;
  /** The message was not sent. Called in place of `take()`. */
  abandon?(): void;
}

export interface PackOptions {
  readonly keepOpen: boolean;
  /** Whether the message has room for what was read from a socket before. */
  readonly carriesBuffered: boolean;
  readonly nodeWire: boolean;
  readonly lists: SocketLists;
  /**
   * Packs what is sent as a descriptor.
   * @param socket what a net.Socket over a pipe was packed as
   * @returns undefined if it no longer has a descriptor
   * @throws ERR_INVALID_HANDLE_TYPE, ERR_INVALID_ARG_VALUE, ERR_FORKWIRE_WIRE
   */
  packOther(thing: object, options: PackOptions, socket?: Packed): Packed | undefined;
}
