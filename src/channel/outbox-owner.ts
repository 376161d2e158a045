import type { NativeChannel, NativeFunctions } from '../addon/native.js';
import type { Failures } from './failures.js';
import type { Ledger } from './ledger.js';
import type { Monitor } from '../observe/monitor.js';

/** What an outbox reports to its end of the channel. */
export interface OutboxOwner {
  readonly native: NativeChannel;
  readonly functions: NativeFunctions;
  readonly ledger: Ledger;
  readonly failures: Failures;
  readonly monitor: Monitor;
  /** Whether the other end speaks Node's own wire, where messages wait for the answer to a handle. */
  readonly nodeWire: boolean;
  /** Called when the first message is unsettled, or the last one no longer is. */
  onIdle(idle: boolean): void;
  /** The backlog is empty after a send() that returned false. */
  onDrain(): void;
}
