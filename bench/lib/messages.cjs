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

/** A request as programs send it, with nested values, whose JSON has about `bytes` bytes. */
function call(bytes) {
  const of = (id, pad) => ({ id, op: 'add', args: [1, 2.5, 'abc'], ok: true, pad });
  const pad = 'x'.repeat(bytes - JSON.stringify(of(1_000_000, '')).length);
  return {
    make: (seq) => of(seq, pad),
    numberOf: (message) => message.id,
    isIntact: (message) => message.args[1] === 2.5 && message.args.length === 3 && message.pad === pad,
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

/** A string or Buffer of any size from 1 byte: of its number only the lowest bit, in every byte, is there. */
function uniform(bytes, fill, isFilled) {
  const both = ['a', 'b'].map((letter) => fill(bytes, letter));
  const make = (seq) => both[seq & 1];
  make.numberOf = (seq) => seq & 1;
  return {
    make,
    numberOf: (message) => (isFilled(message, 0, 'a') ? 0 : 1),
    isIntact: (message) => {
      const letter = isFilled(message, 0, 'a') ? 'a' : 'b';
      return (
        message.length === bytes &&
        [bytes >> 2, bytes >> 1, bytes - 1].every((place) => isFilled(message, place, letter))
      );
    },
  };
}

const textOf = (count) =>
  uniform(
    count,
    (length, letter) => letter.repeat(length),
    (message, place, letter) => message[place] === letter,
  );

const bytesOf = (count) =>
  uniform(
    count,
    (length, letter) => Buffer.alloc(length, letter),
    (message, place, letter) => message[place] === letter.charCodeAt(0),
  );

const kinds = { object, call, buffer, text: textOf, bytes: bytesOf };

/** `{ make(seq), numberOf(message), isIntact(message) }` of a kind (a name of `kinds`) and a size in bytes. */
exports.messages = (kind, bytes) => kinds[kind](Number(bytes));
