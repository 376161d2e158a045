// Bytes with a mark: the number of the message at both ends, and as the last byte one that is nowhere else, so that to look for
// it is to read all of them.
const FILL = 0x78;
const LAST = 0xff;
const NUMBERS = 200;

/** Fills a Uint8Array, once. */
export function fill(bytes) {
  bytes.fill(FILL);
  bytes[bytes.length - 1] = LAST;
}

export function mark(bytes, seq) {
  bytes[0] = bytes[bytes.length - 2] = seq % NUMBERS;
}

/** Whether they are those of message `seq`. `whole`: reads every byte. */
export function isMarked(bytes, seq, whole) {
  const last = bytes.length - 1;
  if (bytes[0] !== seq % NUMBERS || bytes[last - 1] !== bytes[0] || bytes[last] !== LAST) return false;
  return !whole || Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(LAST) === last;
}
