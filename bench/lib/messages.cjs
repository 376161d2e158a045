// The messages that are measured: how to make number n of them, and how the child judges one.

/** An object whose JSON has about `bytes` bytes. */
function object(bytes) {
  const frame = JSON.stringify({ seq: 1_000_000, text: '' }).length;
  const text = 'x'.repeat(bytes - frame);
  return {
    make: (seq) => ({ seq, text }),
    numberOf: (message) => message.seq,
    isIntact: (message) => message.text === text,
  };
}

/** A Buffer with the number at both ends. It is the same one each time: send() takes a snapshot. */
function buffer(bytes) {
  const body = Buffer.alloc(bytes, 'x');
  const last = bytes - 4;
  return {
    make: (seq) => {
      body.writeInt32LE(seq, 0);
      body.writeInt32LE(seq, last);
      return body;
    },
    numberOf: (message) => message.readInt32LE(0),
    isIntact: (message) =>
      message.length === bytes &&
      message.readInt32LE(last) === message.readInt32LE(0) &&
      message[bytes >> 1] === 0x78,
  };
}

const kinds = { object, buffer };

/** `{ make(seq), numberOf(message), isIntact(message) }` of a kind ('object', 'buffer') and a size in bytes. */
exports.messages = (kind, bytes) => kinds[kind](Number(bytes));
