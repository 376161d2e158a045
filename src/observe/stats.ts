// What channel.stats() returns.

/** What this process has sent on a channel. */
export interface SentStats {
  /** Messages that the channel took, those that Node and forkwire send for themselves included. */
  readonly messages: number;
  /** Bytes that the kernel took, what the wire adds included. */
  readonly bytes: number;
  /** Bytes that wait for the kernel to take them: what `highWaterMark` is compared with. */
  readonly backlog: number;
  /** Handles without an answer from the receiver. */
  readonly handlesInFlight: number;
  /** Times that `'drain'` was emitted. */
  readonly drains: number;
  /** Messages that failed: not sent, or their handles not taken. */
  readonly errors: number;
}

/** What this process has received on a channel. */
export interface ReceivedStats {
  /**
   * Messages that left the channel for their listeners, those that could not be read included; those in `backlog` are
   * not among them.
   */
  readonly messages: number;
  /** Bytes that were read, what the wire adds included. */
  readonly bytes: number;
  /** Bytes that wait here for a `'message'` listener, with 64 for each message. */
  readonly backlog: number;
  /** Handles that wait with them. */
  readonly handlesInFlight: number;
  /** Faults in what the peer sent: messages or handles that could not be read or used, or the end of the channel. */
  readonly errors: number;
}

/** See `channel.stats()`. Counts are those since the start of the channel. */
export interface ChannelStats {
  /** Towards the other process. */
  readonly sent: SentStats;
  /** From the other process. */
  readonly received: ReceivedStats;
}
