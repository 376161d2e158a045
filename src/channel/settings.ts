import type { Latency, NativeChannel } from '../addon/native.js';

/** The settings of both ends of a channel. */
export interface Settings {
  readonly serialization: 'json' | 'advanced';
  /** Between two forkwire ends, or Node's own. */
  readonly wire: 'native' | 'node';
  /** Bytes. */
  readonly highWaterMark: number;
  /** Bytes. */
  readonly maxMessageSize: number;
  /** Milliseconds. */
  readonly flushTimeout: number;
  /** The state in which a channel over the same socket was suspended. */
  readonly state?: Uint8Array | undefined;
  /** Of a port: the channel to which one with a name belongs. Null for any other port. */
  readonly beside?: NativeChannel | null | undefined;
  /** How an end that has answered waits for the next message. */
  readonly latency: Latency;
  /** A send() on a closed channel emits no 'error'. */
  readonly ignoreLateSends: boolean;
}
