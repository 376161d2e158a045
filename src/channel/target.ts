import type { EventEmitter } from 'node:events';
import type { Control } from './control.js';

/** What an end is attached to. */
export interface Target extends EventEmitter {
  connected: boolean;
  channel?: Control | null | undefined;
  /** Whether this process has sent it a signal. */
  killed?: boolean;
}
