// Follows the frames that a WebSocket's client sends (RFC 6455, section 5.2), as far as needed to know which bytes belong to a
// message that is not complete. Those go to the next process together with the connection.
class Frames {
  #bytes = Buffer.alloc(0);
  /** Where the next frame begins in the bytes. */
  #at = 0;

  add(chunk) {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    for (let end = this.#frameEnd(); end <= this.#bytes.length; end = this.#frameEnd()) {
      const [first] = this.#bytes.subarray(this.#at);
      this.#at = end;
      const isControl = (first & 0x08) !== 0;
      const isLast = (first & 0x80) !== 0;
      if (isControl || !isLast) continue;
      this.#bytes = this.#bytes.subarray(end);
      this.#at = 0;
    }
  }

  /** The bytes after the last complete message. */
  get rest() {
    return this.#bytes;
  }

  #frameEnd() {
    const head = this.#bytes.subarray(this.#at);
    if (head.length < 2) return Infinity;
    const short = head[1] & 0x7f;
    const size = { 126: 2, 127: 8 }[short] ?? 0;
    if (head.length < 2 + size) return Infinity;
    const length = {
      0: () => short,
      2: () => head.readUInt16BE(2),
      8: () => Number(head.readBigUInt64BE(2)),
    }[size]();
    const mask = head[1] & 0x80 ? 4 : 0;
    return this.#at + 2 + size + mask + length;
  }
}

module.exports = { Frames };
