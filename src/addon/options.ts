// What a channel of the addon is opened with.

export type Latency = 'low' | 'balanced' | 'idle';

export interface NativeOptions {
  highWaterMark: number;
  maxMessageSize: number;
  receiveLimit: number;
  flushTimeout: number;
  referenced: boolean;
  driver?: string | undefined;
  latency?: Latency;
  /** Node's own wire, in one of its two modes. Absent for the native wire. */
  wire?: 'json' | 'advanced';
  /** Of a channel over the same socket, which was suspended. */
  state?: Uint8Array | undefined;
  /** Whether this is the end of a port. */
  port?: boolean;
  /** Whether `onText` takes runs of messages that have one shape as their values and the shape. */
  shapes?: boolean;
}
