import type { EventEmitter } from 'node:events';
import { deliveries } from '../observe/diagnostics.js';
import type { MessagePublished } from '../observe/diagnostics.js';

/** Gives a message to the listeners of the program. */
export function emitMessage(target: EventEmitter, message: unknown, handle: unknown): void {
  if (deliveries.hasSubscribers) {
    deliveries.publish({ emitter: target, message, handle } satisfies MessagePublished);
  }
  target.emit('message', message, handle);
}
