/** The codes of all errors. docs/troubleshooting.md has the cause and the remedy of each. */
export type ForkwireErrorCode =
  // forkwire's own.
  | 'ERR_FORKWIRE_ADDON'
  | 'ERR_FORKWIRE_ALREADY_SERVED'
  | 'ERR_FORKWIRE_DESCRIPTOR_CLOSED'
  | 'ERR_FORKWIRE_DESCRIPTOR_TYPE'
  | 'ERR_FORKWIRE_HANDLE_NOT_ADOPTED'
  | 'ERR_FORKWIRE_HANDLE_REFUSED'
  | 'ERR_FORKWIRE_INTERNAL'
  | 'ERR_FORKWIRE_LISTEN_FDS'
  | 'ERR_FORKWIRE_MALFORMED'
  | 'ERR_FORKWIRE_MEMORY_CLOSED'
  | 'ERR_FORKWIRE_MEMORY_SHARED'
  | 'ERR_FORKWIRE_MESSAGE_TOO_LARGE'
  | 'ERR_FORKWIRE_NATS'
  | 'ERR_FORKWIRE_NOT_SERIALIZABLE'
  | 'ERR_FORKWIRE_PORT_LIMIT'
  | 'ERR_FORKWIRE_NO_SHARED_MEMORY'
  | 'ERR_FORKWIRE_NO_SPARE'
  | 'ERR_FORKWIRE_RING_CLOSED'
  | 'ERR_FORKWIRE_RING_MALFORMED'
  | 'ERR_FORKWIRE_RING_TIMEOUT'
  | 'ERR_FORKWIRE_NO_HANDLER'
  | 'ERR_FORKWIRE_NO_SERVER_NAME'
  | 'ERR_FORKWIRE_NOT_MOVABLE'
  | 'ERR_FORKWIRE_NOT_RECEIVING'
  | 'ERR_FORKWIRE_PEER_GONE'
  | 'ERR_FORKWIRE_TOO_MANY_REQUESTS'
  | 'ERR_FORKWIRE_TRUNCATED'
  | 'ERR_FORKWIRE_UNMATCHED'
  | 'ERR_FORKWIRE_VERSION'
  | 'ERR_FORKWIRE_WIRE'
  // Node's.
  | 'ERR_CHILD_CLOSED_BEFORE_REPLY'
  | 'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM'
  | 'ERR_ILLEGAL_CONSTRUCTOR'
  | 'ERR_INVALID_ARG_TYPE'
  | 'ERR_INVALID_ARG_VALUE'
  | 'ERR_INVALID_THIS'
  | 'ERR_INVALID_HANDLE_TYPE'
  | 'ERR_INVALID_TRANSFER_OBJECT'
  | 'ERR_IPC_CHANNEL_CLOSED'
  | 'ERR_IPC_DISCONNECTED'
  | 'ERR_MISSING_ARGS'
  | 'ERR_OUT_OF_RANGE'
  | 'ERR_SOCKET_HANDLE_ADOPTED'
  // Failed system calls.
  | 'EBADF'
  | 'ECONNRESET'
  | 'EMFILE'
  | 'ENFILE'
  | 'EPIPE';

/**
 * What `send()`, `fork()` and `spawn()` throw, what callbacks get, and what `'error'` is emitted with. It has no class of its
 * own: like the errors of Node's own channel, it is an Error, a TypeError or a RangeError with a `code`.
 */
export interface ForkwireError extends Error {
  /** Which error it is. */
  readonly code: ForkwireErrorCode;
  /** For a fault in what the peer sent: the offset of the byte in everything that it sent. */
  readonly position?: number;
  /** For a fault in what the peer sent: the side whose fault it is. */
  readonly side?: 'peer';
  /** For a failed write without a callback: how many messages were lost. */
  readonly messages?: number;
  /**
   * For a request whose peer is gone: `'no'` if it never got the whole request, which can then be tried elsewhere; `'unknown'` if
   * it may have acted on it.
   */
  readonly delivered?: 'no' | 'unknown';
  /**
   * For handles that the receiver did not take: `'limit'` (it had no descriptors left), `'kind'` (it does not know what they are),
   * `'exit'` (its program has ended), `'unserved'` (they came with a request that nobody serves), or `'other'`.
   */
  readonly reason?: string;
  /** For a failed system call: its number, negative as in Node. */
  readonly errno?: number;
  /** For a failed system call: its name, `'write'`. */
  readonly syscall?: string;
}
