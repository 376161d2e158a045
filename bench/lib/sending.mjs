// Two ways to send many messages.

/** All in one go, whatever send() returns. */
export function sendFlood(_implementation, child, count, make) {
  for (let seq = 0; seq < count; seq++) child.send(make(seq));
}

/** Waits when send() returned false, in the implementation's own way. */
export async function sendHonouring({ resume, resumeSends }, child, count, make) {
  for (let seq = 0; seq < count; seq++) {
    if (child.send(make(seq))) continue;
    if (!resumeSends) await resume(child);
    else if (++seq < count) await resume(child, make(seq));
  }
}
