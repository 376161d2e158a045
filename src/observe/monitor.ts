// Observes one end of a channel: counts for stats(), publishes on diagnostics channels, and writes traces.
import type { EventEmitter } from 'node:events';
import { drains, errors, handleSteps } from './diagnostics.js';
import type { DrainPublished, ErrorPublished, HandlePublished } from './diagnostics.js';
import type { NativeChannel } from '../addon/native.js';
import type { ChannelStats } from './stats.js';
import { isTraced } from './trace/is-traced.js';
import { traceOf } from './trace/trace.js';
import type { Trace } from './trace/trace.js';

export class Monitor {
  /** Messages received. */
  received = 0;
  drains = 0;
  /** Messages that failed. */
  sendErrors = 0;
  /** Faults in what was received. */
  receiveErrors = 0;
  /** Undefined unless FORKWIRE_DEBUG asks for one. */
  readonly trace: Trace | undefined = undefined;
  readonly #emitter: EventEmitter;

  constructor(target: EventEmitter & { readonly emitter?: EventEmitter }) {
    const emitter = target.emitter ?? target; // the lane of a port emits on the port
    this.#emitter = emitter;
    if (isTraced()) this.trace = traceOf(emitter);
  }

  drained(): void {
    this.drains += 1;
    this.trace?.drains();
    if (drains.hasSubscribers) drains.publish({ emitter: this.#emitter } satisfies DrainPublished);
  }

  /** `messages` messages were not sent, or their handles were not taken. */
  failed(error: Error, messages: number): void {
    if (messages === 0) return;
    this.sendErrors += messages;
    this.#publish(error, 'sent', messages);
  }

  /** The peer sent something that cannot be read or used. */
  faulted(error: Error): void {
    this.receiveErrors += 1;
    this.#publish(error, 'received', 1);
  }

  /** The same, without a report of its own: {@link faultsSummarized} follows. */
  faultCounted(): void {
    this.receiveErrors += 1;
  }

  /** `faults` faults that were only counted. */
  faultsSummarized(error: Error, faults: number): void {
    this.#publish(error, 'received', faults);
  }

  /** The handles of one message have reached the next step. */
  handles(step: HandlePublished['step'], handles: number): void {
    this.trace?.handles(step, handles);
    if (!handleSteps.hasSubscribers) return;
    handleSteps.publish({ emitter: this.#emitter, step, handles } satisfies HandlePublished);
  }

  #publish(error: Error, direction: ErrorPublished['direction'], messages: number): void {
    this.trace?.fails(error, direction, messages);
    if (!errors.hasSubscribers) return;
    errors.publish({ emitter: this.#emitter, error, direction, messages } satisfies ErrorPublished);
  }
}

/** The parts of a channel that have its counts. */
export interface Counting {
  readonly native: NativeChannel;
  readonly monitor: Monitor;
  readonly outbox: { readonly sent: number };
  readonly ledger: { readonly handles: number };
}

export function statsOf({ native, monitor, outbox, ledger }: Counting): ChannelStats {
  const { bytesSent, bytesReceived, backlog, held, heldHandles, awaited, serving } = native.stats();
  return {
    sent: {
      messages: outbox.sent,
      bytes: bytesSent,
      backlog,
      handlesInFlight: ledger.handles,
      requestsInFlight: awaited,
      drains: monitor.drains,
      errors: monitor.sendErrors,
    },
    received: {
      messages: monitor.received,
      bytes: bytesReceived,
      backlog: held,
      handlesInFlight: heldHandles,
      requestsInFlight: serving,
      errors: monitor.receiveErrors,
    },
  };
}
