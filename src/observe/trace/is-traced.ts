import { process } from '../../platform/primordials.js';

/** Whether FORKWIRE_DEBUG is set. What it asks for is read by traceOf(), which few processes need to load. */
export function isTraced(): boolean {
  return process.env['FORKWIRE_DEBUG'] !== undefined;
}
