// Three ways to send many messages.

const SEVERAL = 1000;

/** All in one go, whatever send() returns. */
export function sendFlood(_implementation, child, count, make) {
  for (let seq = 0; seq < count; seq++) child.send(make(seq));
}

/** In arrays of `SEVERAL` where the implementation takes such, waiting as below; else one by one, in one go. */
export async function sendTogether({ resume, resumeSends }, child, count, make) {
  if (resumeSends) return sendFlood(undefined, child, count, make);
  for (let seq = 0; seq < count; seq += SEVERAL) {
    const messages = Array.from({ length: Math.min(SEVERAL, count - seq) }, (_, at) => make(seq + at));
    if (!child.sendMany(messages)) await resume(child);
  }
}

/** Waits when send() returned false, in the implementation's own way. */
export async function sendHonouring({ resume, resumeSends }, child, count, make) {
  for (let seq = 0; seq < count; seq++) {
    if (child.send(make(seq))) continue;
    if (!resumeSends) await resume(child);
    else if (++seq < count) await resume(child, make(seq));
  }
}
