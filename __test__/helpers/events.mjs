import * as events from 'node:events';
import { nameOf, waitingFor } from './waits.mjs';

/** Node's `once`, registered as a wait, so that a hanging test can name it. */
export const once = (emitter, event, options) =>
  waitingFor(`'${event}' of ${nameOf(emitter)}`, events.once(emitter, event, options));

/** The names of the events from now on, in order. */
export function recordEvents(emitter, names) {
  const seen = [];
  for (const name of names) emitter.on(name, () => seen.push(name));
  return seen;
}
