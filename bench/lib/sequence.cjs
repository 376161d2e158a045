// How both ends know that every message came, once, in order: a number in each, and a checksum over
// the numbers that depends on their order. CommonJS, since the children are.

/** The numbers sent or received so far, in few bits. */
class Sequence {
  count = 0;
  sum = 0;

  add(number) {
    this.count++;
    this.sum = (Math.imul(this.sum, 31) + number) | 0;
  }

  /** Throws unless `other` (another end's `{ count, sum, faults }`) is the same and without a fault. */
  compare({ count, sum, faults }) {
    if (count !== this.count || sum !== this.sum || faults !== 0) {
      throw new Error(
        `sent ${this.count} messages (checksum ${this.sum}), arrived ${count} (checksum ${sum}), ${faults} not intact`,
      );
    }
  }
}

exports.Sequence = Sequence;
