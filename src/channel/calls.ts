// What one end of a channel asks of its requests, which are in extra.js.
import type { ReceivedHandle } from '../addon/native.js';

export interface Calls {
  /** Whether a request is under way, in either direction. */
  readonly busy: boolean;
  onCalls(text: string, count: number, responses: boolean): void;
  onCall(
    role: number,
    id: number,
    format: number,
    payload: string | Buffer,
    handles: ReceivedHandle[] | undefined,
    position: number,
  ): void;
  onCallEnd(id: number, reason: number): void;
  /** The channel has ended, and `settled` messages have left. */
  close(settled: number): void;
}
