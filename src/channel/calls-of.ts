import type { Calls } from './calls.js';
import { loadExtra } from './load-extra.js';

/** The requests of an end. They are made when something concerns them first. */
export function callsOf(end: { calls: Calls | undefined }): Calls {
  return (end.calls ??= loadExtra().calls(end));
}
