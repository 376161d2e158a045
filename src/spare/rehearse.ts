// Runs what a child does first once, over a pair of sockets of its own: V8 compiles a function when it is first called, and that
// would be a third of the time from the hand-over to the first message.
import { EventEmitter } from 'node:events';
import { attach, keep, native, send } from '../channels.js';
import type { Settings } from '../channel/settings.js';

/** Has no effect that lasts: nobody hears the events, and nothing is printed or shown. */
export function rehearse(settings: Settings): void {
  if (process.env['FORKWIRE_DEBUG'] !== undefined || process.env['FORKWIRE_TOP'] !== undefined) return;
  const [ours, theirs] = native().createPair();
  const endpoint = attach(new EventEmitter(), ours, settings, false);
  send(endpoint, {}, undefined, undefined, undefined);
  endpoint.native.destroy();
  endpoint.onClose();
  native().closeFd(theirs);
  // If it were collected, Node would run its finalizer in an Immediate, which the program could find among the active resources.
  keep(endpoint);
}
