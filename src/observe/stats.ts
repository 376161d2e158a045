// What channel.stats() returns.

/** What this process has sent on a channel. */
export interface SentStats {
  /** Messages that the channel accepted, including internal ones of Node and forkwire. */
  readonly messages: number;
  /** Bytes that the kernel took, including the wire's overhead. */
  readonly bytes: number;
  /** Bytes that wait for the kernel. `highWaterMark` is compared with this. */
  readonly backlog: number;
  /** Handles that the receiver has not answered for. */
  readonly handlesInFlight: number;
  /** Requests that wait for their answer. */
  readonly requestsInFlight: number;
  /** How often `'drain'` was emitted. */
  readonly drains: number;
  /** Messages that failed, because they were not sent or their handles were not taken. */
  readonly errors: number;
}

/** What this process has received on a channel. */
export interface ReceivedStats {
  /** Messages that left the channel for their listeners, including unreadable ones. Those in `backlog` do not count. */
  readonly messages: number;
  /** Bytes that were read, including the wire's overhead. */
  readonly bytes: number;
  /** Bytes that wait here for a `'message'` listener, plus 64 for each message. */
  readonly backlog: number;
  /** Handles that wait with those messages. */
  readonly handlesInFlight: number;
  /** Requests of the other process that are not answered: handlers that have not finished, or requests that wait for one. */
  readonly requestsInFlight: number;
  /** Faults in what the peer sent: messages or handles that could not be used, or a stream that ended too early. */
  readonly errors: number;
}

/** What `channel.stats()` returns. Counters start at 0 with the channel. */
export interface ChannelStats {
  /** Sent to the other process. */
  readonly sent: SentStats;
  /** Received from the other process. */
  readonly received: ReceivedStats;
}
