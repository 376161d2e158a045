// What becomes of handles that nobody takes.

/** Closes what came with a message that nobody takes. */
export function discard(things: readonly unknown[] | undefined): void {
  for (let at = 0; at < (things?.length ?? 0); at++) discardOne(things?.[at]);
}

/** Whatever it is: a socket has destroy(), and a server, a datagram socket and a native handle have close(). */
function discardOne(thing: unknown): void {
  const { destroy, close } = (thing ?? {}) as { destroy?: () => void; close?: () => void };
  try {
    if (typeof destroy === 'function') destroy.call(thing);
    else close?.call(thing);
  } catch {
    // It was closed already.
  }
}
