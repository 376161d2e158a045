// What a port does when the server refuses what it needs.
import type { EventEmitter } from 'node:events';
import type { ForkwireError } from '../error-types.js';
import { process } from '../platform/primordials.js';
import { connectionFailed, undelivered } from './errors.js';
import type { Refusal } from './link.js';

export function refusalError(refusal: Refusal): ForkwireError {
  const what = refusal.operation === 'publish' ? 'send to' : 'receive from';
  return undelivered(
    connectionFailed(
      `The server does not let this connection ${what} '${refusal.subject ?? ''}': change the permissions of its user`,
      refusal,
    ),
  );
}

/** Without a listener it is a warning: a worker that never gets a request should say why. */
export function unheard(emitter: EventEmitter, error: Error): void {
  if (emitter.listenerCount('error') > 0) emitter.emit('error', error);
  else process.emitWarning(error);
}
