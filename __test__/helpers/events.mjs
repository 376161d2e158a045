import * as events from 'node:events';
import { nameOf, waitingFor } from './waits.mjs';

/** Node's `once`, as a wait that a test which hangs can name. */
export const once = (emitter, event, options) =>
  waitingFor(`'${event}' of ${nameOf(emitter)}`, events.once(emitter, event, options));

/** The names of the events, in the order in which they come from now on. */
export function recordEvents(emitter, names) {
  const seen = [];
  for (const name of names) emitter.on(name, () => seen.push(name));
  return seen;
}
