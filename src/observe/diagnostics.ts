// The channels of node:diagnostics_channel that tell what passes. Without a subscriber each costs one look at a boolean.
import { channel } from 'node:diagnostics_channel';
import type { EventEmitter } from 'node:events';

/** What all of them publish. */
export interface Published {
  /** Where the channel's events are emitted: the ChildProcess in a parent, `process` in a child. */
  readonly emitter: EventEmitter;
}

/** `forkwire:send`: a message was given to `send()` on an open channel, which did not throw. */
export interface SendPublished extends Published {
  /** As given to `send()`. */
  readonly message: unknown;
  /** As given to `send()`: one thing or an array. */
  readonly handle: unknown;
  /** What `send()` returns. */
  readonly accepted: boolean;
}

/** `forkwire:message`: `'message'` is about to be emitted. */
export interface MessagePublished extends Published {
  /** What the listeners are about to get. */
  readonly message: unknown;
  /** What came with it: one thing, an array, or undefined. */
  readonly handle: unknown;
}

/** `forkwire:handle`: the handles of one message have come a step further. */
export interface HandlePublished extends Published {
  /**
   * - `'sent'`: `send()` took them.
   * - `'accepted'`: the receiver has them.
   * - `'refused'`, `'failed'`: it has them not, or nobody knows; `forkwire:error` has the reason.
   * - `'received'`: they came from the other process.
   */
  readonly step: 'sent' | 'accepted' | 'refused' | 'failed' | 'received';
  /** How many the message has. */
  readonly handles: number;
}

/** `forkwire:drain`: `'drain'` is about to be emitted. */
export type DrainPublished = Published;

/** `forkwire:error`: messages failed, or the peer sent what cannot be read or used. */
export interface ErrorPublished extends Published {
  /** Its `code` says what it is: docs/troubleshooting.md has them all. */
  readonly error: Error;
  /** Which way they went. */
  readonly direction: 'sent' | 'received';
  /** How many messages it stands for. */
  readonly messages: number;
}

export const sends = channel('forkwire:send');
export const deliveries = channel('forkwire:message');
export const handleSteps = channel('forkwire:handle');
export const drains = channel('forkwire:drain');
export const errors = channel('forkwire:error');
