// What a process shows of itself: a line of JSON for each line that it is sent.
import type { ChannelStats } from '../stats.js';

export interface ChannelShown extends ChannelStats {
  /** Counts from 1 in each thread. */
  readonly id: number;
  readonly role: 'parent' | 'child';
  readonly wire: 'native' | 'node';
  /** The process at the other end; null if it did not start. */
  readonly peer: number | null;
}

export interface ProcessShown {
  readonly pid: number;
  /** 0: the main thread. */
  readonly thread: number;
  readonly program: string;
  /** Milliseconds on a clock of the process's own. */
  readonly at: number;
  readonly channels: readonly ChannelShown[];
}
