import type { Endpoint } from '../channel/endpoint.js';

/**
 * Keeps the event loop of a child running as a 'message' listener does. Call the result once that is over. A parent's end keeps it
 * running anyway.
 */
export function holdLoop({ control, forked }: Endpoint): () => void {
  if (forked) return nothing;
  control.refCounted();
  return () => control.unrefCounted();
}

function nothing(): void {}
