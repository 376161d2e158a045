// What one end of a channel asks of its requests, which are in extra.js.
import type { NativeEvents } from '../addon/native.js';

export interface Calls extends Pick<NativeEvents, 'onCalls' | 'onCall' | 'onCallEnd'> {
  /** Whether a request is under way, in either direction. */
  readonly busy: boolean;
  /** The other end, on Node's wire, has requests too. */
  onAnnounced(): void;
  /** Nobody will answer the requests of this end. */
  giveUp(): void;
  /** The channel has ended, and `settled` messages have left. */
  close(settled: number): void;
}
