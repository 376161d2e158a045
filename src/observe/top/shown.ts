// What a process reports to `forkwire top`: a line of JSON in answer to each line it receives.
import type { ChannelStats } from '../stats.js';

export interface ChannelShown extends ChannelStats {
  /** Counts from 1 in each thread. */
  readonly id: number;
  readonly role: 'parent' | 'child' | 'port';
  readonly wire: 'native' | 'node';
  /** The id of the process at the other end. Null if it did not start, and of a port, whose other end may be anywhere. */
  readonly peer: number | null;
}

export interface ProcessShown {
  readonly pid: number;
  /** 0 in the main thread. */
  readonly thread: number;
  readonly program: string;
  /** Milliseconds on a monotonic clock of this process. */
  readonly at: number;
  readonly channels: readonly ChannelShown[];
}
