// The channels of node:diagnostics_channel that forkwire publishes on. Without a subscriber, each costs a check of a boolean.
import { channel } from 'node:diagnostics_channel';
import type { EventEmitter } from 'node:events';

/** What every channel publishes. */
export interface Published {
  /** Where the channel's events are emitted: the ChildProcess in a parent, `process` in a child. */
  readonly emitter: EventEmitter;
}

/** `forkwire:send`: `send()` was called on an open channel and did not throw. */
export interface SendPublished extends Published {
  /** As given to `send()`. */
  readonly message: unknown;
  /** As given to `send()`: one handle or an array. */
  readonly handle: unknown;
  /** What `send()` returns. */
  readonly accepted: boolean;
}

/** `forkwire:message`: `'message'` is about to be emitted. */
export interface MessagePublished extends Published {
  /** What the listeners will get. */
  readonly message: unknown;
  /** The handle that came with it: one handle, an array, or undefined. */
  readonly handle: unknown;
}

/** `forkwire:handle`: the handles of one message have reached the next step. */
export interface HandlePublished extends Published {
  /**
   * - `'sent'`: `send()` accepted them.
   * - `'accepted'`: the receiver has them.
   * - `'refused'`: the receiver does not have them. `forkwire:error` has the reason.
   * - `'failed'`: whether the receiver has them is unknown. `forkwire:error` has the reason.
   * - `'received'`: they came from the other process.
   */
  readonly step: 'sent' | 'accepted' | 'refused' | 'failed' | 'received';
  /** How many handles the message has. */
  readonly handles: number;
}

/** `forkwire:drain`: `'drain'` is about to be emitted. */
export type DrainPublished = Published;

/** `forkwire:error`: messages failed, or the peer sent something unusable. */
export interface ErrorPublished extends Published {
  /** The error. docs/troubleshooting.md lists the values of its `code`. */
  readonly error: Error;
  /** The direction of the messages. */
  readonly direction: 'sent' | 'received';
  /** How many messages the error stands for. */
  readonly messages: number;
}

export const sends = channel('forkwire:send');
export const deliveries = channel('forkwire:message');
export const handleSteps = channel('forkwire:handle');
export const drains = channel('forkwire:drain');
export const errors = channel('forkwire:error');
