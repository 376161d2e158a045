// What dist/extra.js has: everything that a plain channel does not need. It is loaded by the first call of one of these.
// docs/architecture.md says how something is added.
import type { ChildProcess } from 'node:child_process';
import type { MessageIterator, MessagesOptions, NextOptions, PostOptions } from '../control-types.js';

export interface Extra {
  /** To be compared with the version of whoever loads it. */
  readonly version: string;

  // What a ChildProcess has.
  dispose(child: ChildProcess, graceMs: number, signal: NodeJS.Signals | number): Promise<void>;

  // The methods of Control, which pass on their end of the channel (an Endpoint).
  messages(end: object, options?: MessagesOptions): MessageIterator<unknown>;
  next(end: object, options?: NextOptions): Promise<unknown>;
  post(end: object, message: unknown, options?: PostOptions): Promise<void>;
}
