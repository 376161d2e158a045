import type { EventEmitter } from 'node:events';
import { deliveries } from '../observe/diagnostics.js';
import type { MessagePublished } from '../observe/diagnostics.js';

/** Gives a message to the listeners of the program. Returns what emit() returns: whether there were any. */
export function emitMessage(target: EventEmitter, message: unknown, handle: unknown): boolean {
  if (deliveries.hasSubscribers) {
    deliveries.publish({ emitter: target, message, handle } satisfies MessagePublished);
  }
  return target.emit('message', message, handle);
}
